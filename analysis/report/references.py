"""What the methods rest on, for the report's list of references; only what a study used is listed."""

from collections.abc import Iterable, Mapping

REFERENCES: Mapping[str, str] = {
    "aronow": "Aronow, P. M., Baron, J., & Pinson, L. (2019). A note on dropping experimental subjects who fail a "
    "manipulation check. Political Analysis, 27(4), 572-589.",
    "bullock": "Bullock, J. G., Green, D. P., & Ha, S. E. (2010). Yes, but what's the mechanism? (Don't expect an easy "
    "answer). Journal of Personality and Social Psychology, 98(4), 550-558.",
    "cameron": "Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of "
    "Human Resources, 50(2), 317-372.",
    "cohen": "Cohen, J. (1968). Weighted kappa: Nominal scale agreement with provision for scaled disagreement or "
    "partial credit. Psychological Bulletin, 70(4), 213-220.",
    "consort": "Schulz, K. F., Altman, D. G., & Moher, D. (2010). CONSORT 2010 statement: Updated guidelines for "
    "reporting parallel group randomised trials. BMJ, 340, c332.",
    "feldt": "Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient "
    "twenty. Psychometrika, 30(3), 357-370.",
    "flora": "Flora, D. B. (2020). Your coefficient alpha is probably wrong, but which coefficient omega is right? "
    "Advances in Methods and Practices in Psychological Science, 3(4), 484-501.",
    "greenwald": "Greenwald, A. G., Nosek, B. A., & Banaji, M. R. (2003). Understanding and using the Implicit "
    "Association Test: I. An improved scoring algorithm. Journal of Personality and Social Psychology, 85(2), 197-216.",
    "holm": "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of "
    "Statistics, 6(2), 65-70.",
    "jars": "Appelbaum, M., Cooper, H., Kline, R. B., Mayo-Wilson, E., Nezu, A. M., & Rao, S. M. (2018). Journal "
    "article reporting standards for quantitative research in psychology. American Psychologist, 73(1), 3-25.",
    "karpinski": "Karpinski, A., & Steinman, R. B. (2006). The single category Implicit Association Test as a measure "
    "of implicit social cognition. Journal of Personality and Social Psychology, 91(1), 16-32.",
    "lakens": "Lakens, D., Scheel, A. M., & Isager, P. M. (2018). Equivalence testing for psychological research: A "
    "tutorial. Advances in Methods and Practices in Psychological Science, 1(2), 259-269.",
    "leeper": "Leeper, T. J., Hobolt, S. B., & Tilley, J. (2020). Measuring subgroup preferences in conjoint "
    "experiments. Political Analysis, 28(2), 207-221.",
    "mcdonald": "McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum.",
    "mcfadden": "McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In P. Zarembka (Ed.), "
    "Frontiers in econometrics (pp. 105-142). Academic Press.",
    "montgomery": "Montgomery, J. M., Nyhan, B., & Torres, M. (2018). How conditioning on posttreatment variables can "
    "ruin your experiment and what to do about it. American Journal of Political Science, 62(3), 760-775.",
    "steegen": "Steegen, S., Tuerlinckx, F., Gelman, A., & Vanpaemel, W. (2016). Increasing transparency through a "
    "multiverse analysis. Perspectives on Psychological Science, 11(5), 702-712.",
    "williams": "Williams, E. J. (1949). Experimental designs balanced for the estimation of residual effects of "
    "treatments. Australian Journal of Scientific Research A, 2(2), 149-168.",
    "yuan": "Yuan, K.-H., & Chan, W. (2011). Biases and standard errors of standardized regression coefficients. "
    "Psychometrika, 76(4), 670-690.",
}
_ALWAYS = ("aronow", "consort", "jars", "lakens", "montgomery")


def references(used: Iterable[str]) -> list[str]:
    """The references of these keys and those of every study, by author."""
    return sorted(REFERENCES[key] for key in {*_ALWAYS, *used})
