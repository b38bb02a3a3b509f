# Kappas of two coders from the package psych, and their large-sample errors by the delta method from numerical slopes
# (numDeriv), since psych 2.2.9 gives an error of 0 for agreement weights. `Rscript kappa.R`, in this folder; writes
# kappa.json.
library(psych)
library(numDeriv)
table <- matrix(c(20, 3, 1, 0, 2, 8, 2, 0, 0, 2, 6, 1, 0, 0, 1, 4), 4, byrow = TRUE)
n <- sum(table)
off <- abs(outer(1:4, 1:4, "-"))
of <- function(w) {
  kappa <- function(p) {
    p <- matrix(p, 4)
    chance <- sum(w * outer(rowSums(p), colSums(p)))
    (sum(w * p) - chance) / (1 - chance)
  }
  p <- as.vector(table / n)
  slopes <- grad(kappa, p)
  variance <- (sum(slopes^2 * p) - sum(slopes * p)^2) / n
  list(kappa = cohen.kappa(table, w = w)$weighted.kappa, se = sqrt(variance))
}
plain <- cohen.kappa(table)
stopifnot(abs(sqrt(plain$var.kappa) - of(diag(4))$se) < 1e-8)
found <- list(none = list(kappa = plain$kappa, se = sqrt(plain$var.kappa)),
  linear = of(1 - off / 3), quadratic = of(1 - off^2 / 9), package = paste("psych", packageVersion("psych")))
cat(jsonlite::toJSON(found, auto_unbox = TRUE, digits = 10, pretty = TRUE), "\n", file = "kappa.json", sep = "")
