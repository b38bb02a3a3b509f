# What lavaan says of paths.csv when the errors of mediator and outcome are held at a correlation rho: the indirect
# effect at some of them, and the rho at which it is 0 (Imai, Keele & Yamamoto, 2010). The R package `mediation`, whose
# medsens does this, is not in Debian. Rscript sensitivity.R, in this folder; needs the package lavaan.
suppressMessages(library(lavaan))

data <- read.csv("paths.csv")

# one mediator given x, the covariate and, where there is another mediator, that one
indirect <- function(rho, mediator, given) {
  others <- paste(c("c", given), collapse = " + ")
  model <- sprintf("
    %s ~ a*x + %s
    y ~ b*%s + x + %s
    %s ~~ vm*%s
    y ~~ vy*y
    %s ~~ cov*y
    cov == %.10f*sqrt(vm*vy)
    indirect := a*b
  ", mediator, others, mediator, others, mediator, mediator, mediator, rho)
  fit <- suppressWarnings(sem(model, data = data, se = "none"))
  found <- parameterEstimates(fit, se = FALSE)
  found$est[found$label == "indirect"]
}

rows <- NULL
for (case in list(list("m1", NULL), list("m1", "m2"), list("m2", "m1"))) {
  given <- if (is.null(case[[2]])) "" else case[[2]]
  root <- uniroot(function(rho) indirect(rho, case[[1]], case[[2]]), c(-0.8, 0.8), tol = 1e-7)$root
  for (rho in c(-0.4, 0, 0.2)) {
    rows <- rbind(rows, data.frame(mediator = case[[1]], given = given, rho = rho,
                                   indirect = indirect(rho, case[[1]], case[[2]]), zero_at = root))
  }
}
write.csv(format(rows, digits = 8), "sensitivity_lavaan.csv", row.names = FALSE, quote = FALSE)
