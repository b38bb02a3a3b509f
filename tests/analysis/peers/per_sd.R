# What lavaan says of per_sd.csv: two outcomes on three skewed predictors that go together, standardised, with errors of
# any distribution, SDs estimated too ("sampling" predictors). Rscript per_sd.R, in this folder; needs the package lavaan.
suppressMessages(library(lavaan))

fit <- sem("
  y1 ~ x1 + x2 + x3
  y2 ~ x1 + x2 + x3
  y1 ~~ y2
", data = read.csv("per_sd.csv"), estimator = "MLR", fixed.x = FALSE, meanstructure = TRUE, information = "observed")
known <- standardizedSolution(fit, type = "std.all")
slopes <- which(known$op == "~")
covariance <- lavInspect(fit, "vcov.std.all")[slopes, slopes]
found <- data.frame(term = paste0(known$rhs, "@", known$lhs)[slopes], estimate = known$est.std[slopes], covariance)
write.csv(format(found, digits = 9), "per_sd_lavaan.csv", row.names = FALSE, quote = FALSE)
