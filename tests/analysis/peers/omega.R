# What lavaan 0.6-14 gives for the items of omega.csv: three subscales of three items, five-point answers.
# Rscript omega.R, in this folder; writes omega.csv and omega.json.
library(lavaan)
set.seed(7)
n <- 240
g <- rnorm(n)
items <- do.call(cbind, lapply(1:3, function(s) {
  f <- c(.8, .7, .6)[s] * g + sqrt(1 - c(.8, .7, .6)[s]^2) * rnorm(n)
  sapply(1:3, function(i) c(.8, .7, .6)[i] * f + sqrt(1 - c(.8, .7, .6)[i]^2) * rnorm(n))
}))
items <- apply(items, 2, function(x) pmin(5, pmax(1, round(3 + 1.2 * x))))
colnames(items) <- paste0(rep(c("a", "b", "c"), each = 3), 1:3)
data <- as.data.frame(items)
write.csv(data, "omega.csv", row.names = FALSE)

total <- function(fit) {
  e <- lavInspect(fit, "est"); implied <- sum(lavInspect(fit, "implied")$cov)
  1 - sum(diag(e$theta)) / implied
}
one <- cfa(paste("f =~", paste(colnames(data), collapse = " + ")), data, std.lv = TRUE)
three <- cfa("a =~ a1 + a2 + a3
b =~ b1 + b2 + b3
c =~ c1 + c2 + c3
g =~ a + b + c", data, std.lv = TRUE)
e <- lavInspect(three, "est")
first <- e$lambda[, c("a", "b", "c")]; gamma <- e$beta[c("a", "b", "c"), "g"]
h <- sum(first %*% gamma)^2 / sum(lavInspect(three, "implied")$cov)
cat(sprintf('{"one_factor_total": %.8f, "second_order_total": %.8f, "hierarchical": %.8f}\n',
  total(one), total(three), h), file = "omega.json")
