"""Sample screens of every kind, as full as real ones, for the tests of how screens look and are answered."""

from collections.abc import Mapping

import pytest

from runner.screens import (
    Allocation,
    Badge,
    Bar,
    Board,
    Choice,
    Continue,
    Keys,
    Likert,
    Option,
    Others,
    Screen,
    Shape,
    Slider,
    Text,
    Words,
)
from runner.stages.drawing.pieces import Canvas

AGREE = (
    "Strongly disagree",
    "Disagree",
    "Somewhat disagree",
    "Neither agree nor disagree",
    "Somewhat agree",
    "Agree",
    "Strongly agree",
)
INTERFACE = {
    "continue": "Continue",
    "stop": "Stop taking part",
    "decline": "I'd rather not answer",
    "stop_title": "Do you want to stop?",
    "stop_question": "If you stop now, the session goes to its closing pages.",
    "stop_stay": "No, go on",
    "stop_distress": "It is too much",
    "stop_leave": "Yes, stop",
    "support_title": "Take your time",
    "support_text": "Nothing goes on until you say so.",
    "support_contact": "Somebody to talk to: {}",
    "support_stay": "Go on",
    "support_leave": "Stop here",
    "pilot": "PILOT: not a real session",
    "choose_first": "Please choose an answer first.",
    "words_count": "{} of {} characters",
    "words_hint": "Enter starts a new line. Ctrl+Enter or the button goes on.",
    "words_short": "Is that all? If so, press the button again.",
    "allocation_left": "{} of {} left to give",
    "decimal_mark": ".",
    "slider_none": "Press on the line to mark your answer.",
    "saving": "One moment, please.",
    "seat": "Place {}",
    "paused_title": "A break",
    "paused_text": "It goes on in a moment, for everybody.",
}
LONG = "\n\n".join(
    (
        "In this study we are interested in how people think about different groups in society, and in what they "
        "would and would not do when an issue is raised. You will read short texts, answer questions about yourself "
        "and choose between things that a person could do.",
        "There are no right or wrong answers. Some questions are about topics on which people have strong views. You "
        "need not answer any question that you don't want to answer, and you can stop at any time, without giving a "
        "reason and without losing your payment.",
        "Your answers are stored under a code. Nobody in this room sees them, and your name is kept nowhere together "
        "with them. After the session you may decide that your data shall not be used.",
        "The session takes about forty minutes. Please switch off your phone now.",
    )
)
CARD_ONE = (
    "Nobody but you would know about it.",
    "It keeps to the rules.",
    "Women who take part decide what is asked for.",
    "Men would have to give up some of what they have now.",
    "There is hardly any risk for you.",
    "It takes about ten minutes.",
)
CARD_OTHER = (
    "Many people would see you do it.",
    "It breaks the rules of the place where it happens.",
    "You yourself would speak for the cause and lead a small group.",
    "Men would keep everything that they have now.",
    "You might be fined or taken away by the police.",
    "It takes about half a day.",
)


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(value=f"option_{i}", text=text) for i, text in enumerate(texts))


SAMPLES: dict[str, Screen] = {
    screen.name: screen
    for screen in (
        Screen(
            name="long-text",
            marks=(Text(text="Welcome", style="title"), Text(text=LONG)),
            accepts=Continue(label="I agree to take part", after=5.0),
        ),
        Screen(
            name="short-text",
            marks=(
                Text(text="The first part is over", style="title"),
                Text(text="You can rest for a moment. Go on when you are ready."),
            ),
            accepts=Continue(),
        ),
        Screen(
            name="fact-likert",
            marks=(
                Text(text="Please read this statement.", style="note"),
                Text(
                    text="Men are listened to without being interrupted in meetings more often than women are, and "
                    "what they suggest is more often taken up by the others.",
                    style="strong",
                ),
                Text(text="How often have you noticed this yourself?"),
            ),
            accepts=Likert(anchors=("Never", "Very often")),
            decline=True,
        ),
        Screen(
            name="likert-all",
            marks=(
                Text(text="How much do you agree or disagree with each statement?", style="note"),
                Text(text="I want women and men to be treated the same way everywhere.", style="body"),
            ),
            accepts=Likert(anchors=AGREE),
            decline=True,
        ),
        Screen(
            name="likert-three",
            marks=(Text(text="How warm or cold do you feel towards the people who live in your town?"),),
            accepts=Likert(anchors=("Very cold", "Neither", "Very warm"), low=-3, high=3),
        ),
        Screen(
            name="likert-eleven",
            marks=(Text(text="How likely is it that you would do this?"),),
            accepts=Likert(anchors=("Not at all likely", "Certain"), low=0, high=10),
        ),
        Screen(
            name="choice-two",
            marks=(Text(text="Would you really do what you have just chosen?"),),
            accepts=Choice(options=options("Yes", "No"), arrange="row"),
            decline=True,
        ),
        Screen(
            name="choice-five",
            marks=(Text(text="Which of these describes best where you live?"),),
            accepts=Choice(
                options=options("A large city", "The outskirts of a large city", "A town", "A village", "A single farm")
            ),
            decline=True,
        ),
        Screen(
            name="choice-seven",
            marks=(
                Text(text="About you", style="title"),
                Text(text="What is the highest level of education that you have completed, or the nearest to it?"),
            ),
            accepts=Choice(
                options=options(
                    "Less than secondary school",
                    "Secondary school",
                    "A vocational qualification or an apprenticeship that took two years or longer to complete",
                    "Some university without a degree",
                    "A bachelor's degree",
                    "A master's degree",
                    "A doctorate",
                )
            ),
            decline=True,
        ),
        Screen(
            name="cards",
            marks=(Text(text="Which of these two would you rather do?", style="strong"),),
            accepts=Choice(
                options=(
                    Option(value="first", text="Write a letter", lines=CARD_ONE),
                    Option(value="second", text="Join a road-blocking sit-in in the town centre", lines=CARD_OTHER),
                ),
                arrange="cards",
            ),
            decline=True,
        ),
        Screen(
            name="slider",
            marks=(Text(text="How much of your bonus of 5 pounds would you like to give?"),),
            accepts=Slider(low=0, high=5, step=0.5, anchors=("Nothing", "All of it"), unit="£{}", decimals=2),
            decline=True,
        ),
        Screen(
            name="allocation",
            marks=(Text(text="Please share out 100 points over these causes. Give more to what matters more to you."),),
            accepts=Allocation(
                options=options(
                    "Women's rights",
                    "Clean rivers and lakes",
                    "Research on rare diseases of children",
                    "Local sports clubs",
                    "Animal shelters",
                    "Museums and theatres",
                ),
                total=100,
                step=5,
            ),
            decline=True,
        ),
        Screen(
            name="words",
            marks=(
                Text(
                    text="Think of situations in your own life in which being a man made something easier for you. "
                    "Please write down what comes to your mind."
                ),
            ),
            accepts=Words(lines=6, limit=600, least=40),
            decline=True,
        ),
        Screen(name="fixation", marks=(Shape(form="cross", size=(0.05, 0.05)),), seconds=0.5, stop=False),
        Screen(
            name="bars",
            marks=(
                Text(text="What others chose", style="title"),
                Text(text="So many of a hundred people who took part before you said that they would do this:"),
                Bar(label="Sign the petition", share=0.62, note="62 of 100"),
                Bar(label="March", share=0.18, note="18 of 100"),
                Bar(label="Write to a member of parliament", share=0.0, note="none"),
            ),
            accepts=Continue(),
        ),
        Screen(
            name="badge",
            marks=(
                Badge(text="Group Blue", colour="blue"),
                Text(text="Your group", style="title"),
                Text(text="From now on you belong to Group Blue. Your screen shows its name until the end."),
            ),
            accepts=Continue(),
        ),
        Screen(
            name="keys",
            marks=(
                Text(text="women", style="stimulus", at=(-0.5, 0.4), colour="blue"),
                Text(text="men", style="stimulus", at=(0.5, 0.4), colour="blue"),
                Text(text="Margaret", style="stimulus"),
                Text(text="Press E for left and I for right", style="note", at=(0.0, -0.3)),
            ),
            accepts=Keys(keys=("e", "i")),
        ),
        Screen(
            name="others",
            marks=(Text(text="One moment", style="title"), Text(text="The session begins when everyone is here.")),
            accepts=Others(point="start", name="Iris"),
        ),
        Screen(
            name="board",
            marks=(
                Board(point="choices", heading="What the others chose", script=((1.0, "Kai", "Sign a petition"),)),
                Text(text="Which of the two would you rather do?", style="strong"),
            ),
            accepts=Choice(options=(Option(value="a", text="Sign a petition"), Option(value="b", text="March"))),
            decline=True,
        ),
    )
}


@pytest.fixture(scope="session")
def samples() -> Mapping[str, Screen]:
    """Name -> screen, one or more of every kind."""
    return SAMPLES


@pytest.fixture(scope="session")
def interface() -> Mapping[str, str]:
    """The interface words of a session in English."""
    return INTERFACE


@pytest.fixture(scope="session", params=[(1024, 768), (1280, 720), (1920, 1080), (2560, 1440)], ids=lambda p: f"{p[0]}")
def canvas(request: pytest.FixtureRequest) -> Canvas:
    """Each of the screens that laboratories have."""
    width, height = request.param
    return Canvas(width=width, height=height)
