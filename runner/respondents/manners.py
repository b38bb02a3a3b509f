"""Those who do not answer as a study would like: careless, suspicious, or gone before the end."""

from attrs import define, field

from runner.leaving import LEAVE, STAY, STOP, SUPPORT, TOO_MUCH
from runner.respondents.answers import Respondent, Response, Uniform
from runner.screens import Answer, Choice, Likert, Screen, Words


@define
class Careless(Uniform):
    """Somebody who wants to get through: fast, always the same point and the first option, or any (`straight` or not).

    Instructions to choose a certain point are not read; only what leads on is.
    """

    name: str = "careless"
    straight: bool = True
    mu: float = 0.35
    sigma: float = 0.08
    tau: float = 0.15
    _point: float = field(init=False, default=0.0)  # place on every scale, 0 to 1

    def __attrs_post_init__(self) -> None:
        self._point = self.random.random()

    def answer(self, screen: Screen) -> Answer | None:
        match screen.accepts:
            case Choice(options=options) if "proceeds" in options[0].codes:
                return next(option.value for option in options if option.codes["proceeds"])
            case Choice(options=options) if self.straight:
                return options[0].value
            case Likert(low=low, high=high) if self.straight:
                return low + min(high - low, int(self._point * (high - low + 1)))
        return Uniform.answer(self, screen)


@define
class Suspicious:
    """Answers as another does, and says so when asked in free words that not everything was believed."""

    as_if: Respondent
    name: str = "suspicious"

    DOUBT = "I did not believe all of it; I think that we were told something that is not so."

    def respond(self, screen: Screen) -> Response:
        response = self.as_if.respond(screen)
        if isinstance(screen.accepts, Words) and screen.measures is None:  # not a text that the study is about
            return Response(answer=self.DOUBT[: screen.accepts.limit], rt=response.rt, status=response.status)
        return response


@define
class Leaving:
    """Answers as another does up to a screen, and there stops by the control, because it is too much or without."""

    as_if: Respondent
    at: int  # of the screens that have the control and accept something, from 1
    distressed: bool = False
    name: str = "leaving"
    _seen: int = field(init=False, default=0)

    def respond(self, screen: Screen) -> Response:
        if screen.name in (STOP, SUPPORT) and isinstance(screen.accepts, Choice):
            offered = [option.value for option in screen.accepts.options]
            if LEAVE in offered and STAY in offered:
                too_much = self.distressed and TOO_MUCH in offered
                return Response(answer=TOO_MUCH if too_much else LEAVE, rt=1.0)
        self._seen += screen.stop
        if screen.stop and self._seen == self.at:
            return Response(answer=None, rt=1.0, status="stopped")
        return self.as_if.respond(screen)
