"""Profiles of what people chose, for observers; and how well observers' views fit what actors said."""

import pandas as pd
import pytest
from attrs import asdict

from analysis.observers import accuracy, seen
from analysis.profiles import main, person_levels, profiles
from runner.declarations.actors import read_actors

COLUMNS = ("a_public", "a_norm", "a_auton", "a_statuscost", "a_selflead", "a_risk", "a_effort")


def pair(session, first=True, would_do="yes", repeated=False, **differences):
    codes = {**dict.fromkeys(COLUMNS, 0), **differences}
    return {"session": session, "first": first, "would_do": would_do, "repeated": repeated, **codes}


def everything(session, level=2, times=3, **more):
    """Pairs in all of which the first act is higher in everything, or lower."""
    told = {"a_public": level, "a_auton": level, "a_selflead": level, "a_risk": level}
    return [pair(session, **{**told, **more}) for _ in range(times)]


def people(sessions, group=1, **motives):
    rows = [{"session": s, "participant": p, "group": group, **motives} for s, p in sessions.items()]
    return pd.DataFrame(rows).set_index("session").astype({"group": "Int64"})


def chain(**decisions):
    rows = [{"session": s, "decision": decision} for s, said in decisions.items() for decision in said]
    return pd.DataFrame(rows)


NONE = pd.DataFrame()


def crowd(n, name="s", **kinds):
    """n people who chose alike."""
    return [row for i in range(n) for row in everything(f"{name}{i}", **kinds)], {
        f"{name}{i}": f"p{name}{i}" for i in range(n)
    }


# ---------------------------------------------------------------- a person's levels


def test_a_level_is_what_was_picked_in_more_than_half_of_the_sets_that_differ_in_it():
    pairs = [
        pair("a", a_public=2),
        pair("a", a_public=-2, first=False),  # the higher one again, on the right
        pair("a", a_public=2, first=False),
        pair("a", a_auton=2),
        pair("a", a_auton=-2),
        pair("a", a_auton=2, first=False),
        *[pair("a", a_risk=2)] * 2,  # too few to tell
        *[pair("b", a_public=2), pair("b", a_public=-2)] * 2,  # half is not more than half
    ]
    levels = person_levels(pd.DataFrame(pairs), people({"a": "pa", "b": "pb"}), NONE)
    assert levels.loc["pa", ["public", "autonomy"]].tolist() == [1, -1]
    assert levels.loc["pb", "public"] == -1
    assert levels.loc["pa", ["cost", "role", "consistent"]].isna().all()
    assert levels["group"].tolist() == [1, 1]


def test_picks_that_one_would_not_really_do_and_repeated_sets_do_not_count():
    pairs = [
        *[pair("a", a_public=-2)] * 3,
        *[pair("a", a_public=2, would_do="no")] * 9,
        *[pair("a", a_public=2, repeated=True)] * 9,
    ]
    levels = person_levels(pd.DataFrame(pairs), people({"a": "pa"}), NONE)
    assert levels.loc["pa", "public"] == -1


def test_consistency_is_over_several_sessions_where_there_are_some():
    no = [pair(session, would_do="no", a_public=2) for session in ("b2", "c1", "c2") for _ in range(4)]
    yes = [pair(session, a_public=2) for session in ("a1", "a2", "b1", "d1") for _ in range(4)]
    who = {"a1": "a", "a2": "a", "b1": "b", "b2": "b", "c1": "c", "c2": "c", "d1": "d"}
    levels = person_levels(pd.DataFrame(yes + no), people(who), chain(d1=["stay"] * 5))
    assert levels.loc[["a", "b"], "consistent"].tolist() == [1, -1]
    assert levels.loc[["c", "d"], "consistent"].isna().all()  # never acts; came once


def test_consistency_is_over_a_commitments_costs_where_nobody_came_twice():
    sessions = {name: name for name in "abcd"}
    pairs = pd.DataFrame([pair(name, a_public=2) for name in sessions])
    said = chain(a=["stay", "stay", "stay", None], b=["stay", "withdraw", "stay"], c=["withdraw"] * 3, d=["stay"])
    levels = person_levels(pairs, people(sessions), said)
    assert levels.loc[["a", "b"], "consistent"].tolist() == [1, -1]
    assert levels.loc[["c", "d"], "consistent"].isna().all()


# ---------------------------------------------------------------- profiles


def test_people_alike_are_one_profile_and_fewer_than_five_are_none():
    many, some = crowd(6), crowd(4, "t", level=-2)
    made = profiles(pd.DataFrame(many[0] + some[0]), people({**many[1], **some[1]}), NONE)
    (actor,) = made.actors
    assert asdict(actor.profile) == {
        **dict.fromkeys(("autonomy", "role", "public", "cost", "group"), 1),
        "consistent": None,
    }
    assert made.origin == "choices"


def test_one_person_more_makes_it_five():
    many, some = crowd(6), crowd(5, "t", level=-2)
    made = profiles(pd.DataFrame(many[0] + some[0]), people({**many[1], **some[1]}), NONE)
    assert [actor.profile.public for actor in made.actors] == [-1, 1]
    assert [actor.id for actor in made.actors] == ["1", "2"]


def test_five_sessions_of_fewer_people_are_not_five_people():
    rows, who = crowd(6)
    who = {session: f"p{n % 3}" for n, session in enumerate(who)}
    assert profiles(pd.DataFrame(rows), people(who), NONE).actors == ()


def test_less_than_five_can_never_be_asked_for():
    with pytest.raises(ValueError, match="must stand for at least 5 people, but 'least' is 1"):
        profiles(pd.DataFrame(crowd(6)[0]), people(crowd(6)[1]), NONE, least=1)


@pytest.mark.parametrize(("mean", "level"), [(1.5, -1), (3.0, 0), (4.0, 0), (5.0, 0), (6.5, 1)])
def test_own_motives_are_those_of_all_together_and_coarse(mean, level):
    rows, who = crowd(5)
    told = people(who, mO=mean, mI=4.0)
    told.loc["s0", "mI"] = None  # four left
    (actor,) = profiles(pd.DataFrame(rows), told, NONE).actors
    assert asdict(actor.own) == {"outgroup": level, "ingroup": None, "personal": None, "moral": None}


# ---------------------------------------------------------------- from logs


@pytest.fixture
def kept(blank, keep, tmp_path, request):
    """Logs of people who all chose the same, in a folder; and a protocol file of their study."""

    def write(n=6, **head):
        act = dict.fromkeys(("public", "normative", "autonomy", "statuscost", "selflead", "risk"), -1) | {"effort": 1}
        other = act | dict.fromkeys(("public", "autonomy", "selflead", "risk"), 1)
        cards = [{"heading": "Do it", "lines": ["so"], "profile": codes} for codes in (other, act)]
        for number in range(n):
            one = blank(number, session=f"s{number}", participant=f"p{number}", study="taste", **head)
            found = {"category": "man", "advantaged": True, "acted_before": True, "willingness": 5}
            one.do("eligibility", "eligibility", {"question": "?"}, found, "man")
            one.scale("group", "motives", "outgroup", [6] * 3)  # a phase before anything is varied
            for place in range(4):
                given = {"set": str(place), "block": 1, "repeated": False, "first": cards[0], "second": cards[1]}
                one.do("choices", "paired_choice", given, {"chosen": "first", "would_do": "yes"}, "first", "yes")
            keep(one.log())
        return tmp_path / "data"

    return write


TASTE = "protocols/taste.yaml"


def test_a_file_is_made_from_real_logs_and_holds_no_code_of_anyone(kept, tmp_path, request, capsys):
    data, out = kept(store="real"), tmp_path / "own" / "actors" / "chosen.csv"
    assert main([str(request.config.rootpath / TASTE), str(data), "--out", str(out)]) == 0
    assert "profiles of at least 5 people each: 1" in capsys.readouterr().out
    (actor,) = read_actors(out, "chosen").actors
    levels = asdict(actor.profile)
    assert levels == {"autonomy": 1, "role": 1, "public": 1, "consistent": None, "cost": 1, "group": 1}
    assert actor.own.outgroup == 1
    text = out.read_text(encoding="utf-8")
    assert not any(f"{kind}{number}" in text for kind in "sp" for number in range(6))


@pytest.mark.parametrize(
    ("n", "head", "said"),
    [
        (6, {}, "observers are told that real people chose so, but there are simulated logs here"),
        (4, {"store": "real"}, "no profile is shared by 5 people, of 4 analysed"),
    ],
)
def test_what_can_not_be_told_of_is_refused(kept, tmp_path, request, capsys, n, head, said):
    out = tmp_path / "chosen.csv"
    assert main([str(request.config.rootpath / TASTE), str(kept(n, **head)), "--out", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


# ---------------------------------------------------------------- observers


def rated(session, ratings, own, motive="outgroup"):
    """One observer's two ratings of each person."""
    levels = dict.fromkeys(("autonomy", "role", "public", "consistent", "cost", "group"), 1)
    said = dict.fromkeys(("outgroup", "ingroup", "personal", "moral"))
    return [
        {"session": session, "actor": str(actor), "construct": motive, "rating": rating}
        | {f"profile_{name}": level for name, level in levels.items()}
        | {f"own_{name}": level for name, level in {**said, motive: mine}.items()}
        for actor, (both, mine) in enumerate(zip(ratings, own, strict=True))
        for rating in both
    ]


def table(*rows):
    return pd.DataFrame([row for some in rows for row in some]).astype({"rating": "Int64"})


def test_ratings_are_averaged_by_observer_person_and_construct():
    frame = seen(table(rated("a", [(2, 4), (6, None)], [0, 1])))
    assert frame["seen_outgroup"].tolist() == [3.0, 6.0]
    assert frame["own_outgroup"].tolist() == [0, 1]


def test_accuracy_is_the_mean_correlation_within_observers():
    """r = 2/sqrt(5) and -2/sqrt(5) with own -1, -1, 1, 1 and ratings 1, 2, 3, 4 or the reverse: z cancel out."""
    up, down = [(1, 1), (2, 2), (3, 3), (4, 4)], [(4, 4), (3, 3), (2, 2), (1, 1)]
    own = [-1, -1, 1, 1]
    alone = accuracy(seen(table(rated("a", up, own), rated("b", up, own)))).set_index("motive")
    assert alone.loc["outgroup", "r"] == pytest.approx(2 / 5**0.5)
    assert alone.loc["outgroup", "observers"] == 2
    both = accuracy(seen(table(rated("a", up, own), rated("b", down, own)))).set_index("motive")
    assert both.loc["outgroup", "r"] == pytest.approx(0)
    assert both.loc["outgroup", "low"] < 0 < both.loc["outgroup", "high"]
    assert both.loc["moral", "observers"] == 0


def test_whoever_rated_all_alike_or_too_few_has_no_accuracy():
    flat = rated("a", [(4, 4)] * 4, [-1, -1, 1, 1])
    few = rated("b", [(1, 1), (2, 2), (3, 3)], [-1, 0, 1])
    found = accuracy(seen(table(flat, few))).set_index("motive")
    assert found.loc["outgroup", "observers"] == 0
    assert pd.isna(found.loc["outgroup", "r"])
