# What lavaan says of paths.csv: two parallel mediators of x and y, a covariate, 20,000 resamples.
# Rscript paths.R, in this folder; needs the package lavaan. bca.simple corrects for bias and leaves acceleration out.
suppressMessages(library(lavaan))
set.seed(7)

fit <- sem("
  m1 ~ a1*x + c
  m2 ~ a2*x + c
  y ~ b1*m1 + b2*m2 + direct*x + c
  m1 ~~ m2
  indirect1 := a1*b1
  indirect2 := a2*b2
  total := direct + a1*b1 + a2*b2
", data = read.csv("paths.csv"), se = "bootstrap", bootstrap = 20000)
percentile <- parameterEstimates(fit, boot.ci.type = "perc")
corrected <- parameterEstimates(fit, boot.ci.type = "bca.simple")
rows <- data.frame(what = percentile$label, estimate = percentile$est, se = percentile$se, low = percentile$ci.lower,
                   high = percentile$ci.upper, low_bc = corrected$ci.lower, high_bc = corrected$ci.upper)
write.csv(format(rows[rows$what != "", ], digits = 7), "paths_lavaan.csv", row.names = FALSE, quote = FALSE)
