# What lavaan says of panel.csv: the random-intercept cross-lagged panel with lagged effects equal over time and free,
# complete, and with gaps by full information. Rscript panel.R, in this folder; needs the package lavaan.
suppressMessages(library(lavaan))

long <- read.csv("panel.csv")
wide <- reshape(long, idvar = "person", timevar = "wave", direction = "wide")

model <- function(x, y, stable) {
  lag <- function(t, into, from, label) {
    prefix <- if (stable) paste0(label, "*") else ""
    paste0("w", into, t, " ~ ", prefix, "w", from, t - 1)
  }
  parts <- c(
    sprintf("rx =~ 1*%s.1 + 1*%s.2 + 1*%s.3", x, x, x), sprintf("ry =~ 1*%s.1 + 1*%s.2 + 1*%s.3", y, y, y),
    sprintf("wx%d =~ 1*%s.%d", 1:3, x, 1:3), sprintf("wy%d =~ 1*%s.%d", 1:3, y, 1:3),
    sprintf("%s.%d ~~ 0*%s.%d", x, 1:3, x, 1:3), sprintf("%s.%d ~~ 0*%s.%d", y, 1:3, y, 1:3),
    "rx ~~ ry", "wx1 ~~ wy1", "wx2 ~~ wy2", "wx3 ~~ wy3",
    "rx ~~ 0*wx1 + 0*wy1", "ry ~~ 0*wx1 + 0*wy1",
    sprintf("%s.%d ~ 1", x, 1:3), sprintf("%s.%d ~ 1", y, 1:3)
  )
  for (t in 2:3) {
    parts <- c(parts, lag(t, "x", "x", "a"), lag(t, "x", "y", "b"), lag(t, "y", "x", "c"), lag(t, "y", "y", "d"))
  }
  paste(parts, collapse = "\n")
}

rows <- NULL
for (gaps in c(FALSE, TRUE)) for (stable in c(TRUE, FALSE)) {
  suffix <- if (gaps) "_gaps" else ""
  fit <- lavaan(model(paste0("x", suffix), paste0("y", suffix), stable), data = wide, auto.var = TRUE,
                missing = if (gaps) "fiml" else "listwise", information = "observed", meanstructure = TRUE)
  found <- subset(parameterEstimates(fit), op == "~")
  into <- substr(found$lhs, 2, 2); from <- substr(found$rhs, 2, 2); t <- substr(found$lhs, 3, 3)
  rows <- rbind(rows, data.frame(gaps = gaps, stable = stable, from = from, into = into, t = t,
                                 estimate = found$est, se = found$se))
}
write.csv(format(rows, digits = 8), "panel_lavaan.csv", row.names = FALSE, quote = FALSE)
