# What R says of public data sets that come with it: data as CSV beside this file, numbers in models.json.
#   Rscript tests/analysis/peers/models.R        (Debian: r-base-core r-cran-{survival,mass,lme4,sandwich,jsonlite})
# Standard errors of clustered models carry the factor G/(G-1) * (N-1)/(N-k), which is vcovCL(type = "HC1").

suppressMessages({
  library(survival); library(MASS); library(lme4); library(sandwich); library(jsonlite)
})
args <- commandArgs(FALSE)
setwd(dirname(sub("--file=", "", args[grep("--file=", args)])))
out <- list()
keep <- function(name, by, estimate, se, ...) {
  out[[name]] <<- list(by = by, estimate = as.list(estimate), se = as.list(se), ...)
}
save <- function(frame, name) write.csv(frame, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
clustered <- function(fit, cluster) sqrt(diag(vcovCL(fit, cluster = cluster, type = "HC1")))

# choice sets: matched case-control sets of two or three women (datasets::infert)
women <- infert[, c("case", "spontaneous", "induced", "stratum", "pooled.stratum")]
names(women)[5] <- "pooled"
save(women, "infert")
sets <- clogit(case ~ spontaneous + induced + strata(stratum), women, method = "breslow")
keep("conditional_logit", "survival::clogit", coef(sets), sqrt(diag(vcov(sets))), loglik = sets$loglik[2])
robust <- coxph(Surv(rep(1, nrow(women)), case) ~ spontaneous + induced + strata(stratum), women,
                ties = "breslow", cluster = pooled)
keep("conditional_logit_clustered", "survival::coxph, cluster", coef(robust), sqrt(diag(vcov(robust))),
     sets = length(unique(women$stratum)), clusters = length(unique(women$pooled)))

# 60 people and 24 situations (lme4::VerbAgg)
verb <- subset(VerbAgg, as.integer(id) <= 60)
verb <- with(verb, data.frame(
  id = as.integer(id), y = as.integer(r2 == "Y"), do = as.integer(mode == "do"), self = as.integer(situ == "self"),
  scold = as.integer(btype == "scold"), shout = as.integer(btype == "shout"), anger = Anger))
verb <- verb[order(verb$id), ]
save(verb, "verbagg")
plain <- glm(y ~ do + self + scold + shout, binomial, verb, control = list(epsilon = 1e-12))
keep("binary", "stats::glm, sandwich::vcovCL", coef(plain), clustered(plain, verb$id))
one <- glmer(y ~ do + self + scold + shout + (0 + do | id), verb, binomial, nAGQ = 25,
             control = glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5)))
keep("mixed_logit", "lme4::glmer, 25 quadrature points", c(fixef(one), `sd(do)` = sqrt(VarCorr(one)$id[1])),
     sqrt(diag(as.matrix(vcov(one)))), loglik = as.numeric(logLik(one)))
linear <- lm(y ~ do + self + scold + shout, verb)
keep("amce", "stats::lm, sandwich::vcovCL", coef(linear), clustered(linear, verb$id))
means <- lm(y ~ 0 + factor(do), verb)
keep("marginal_means", "stats::lm, sandwich::vcovCL", setNames(coef(means), c("0", "1")),
     setNames(sapply(0:1, function(l) {
       part <- subset(verb, do == l); clustered(lm(y ~ 1, part), part$id) }), c("0", "1")))

# counts (MASS::epil, four rows a person; MASS::quine, one)
seizures <- epil[, c("y", "trt", "lbase", "lage", "V4", "subject")]
seizures$trt <- as.integer(seizures$trt == "progabide")
save(seizures, "epil")
counted <- glm.nb(y ~ trt + lbase + lage + V4, seizures, control = glm.control(maxit = 100, epsilon = 1e-12))
keep("counts", "MASS::glm.nb, sandwich::vcovCL", coef(counted), clustered(counted, seizures$subject),
     dispersion = 1 / counted$theta, loglik = as.numeric(logLik(counted)))
poisson <- glm(y ~ trt + lbase + lage + V4, poisson, seizures)
keep("counts_poisson", "stats::glm, sandwich::vcovCL", coef(poisson), clustered(poisson, seizures$subject))
gave <- glm(I(y > 0) ~ trt + lbase + lage + V4, binomial, seizures, control = list(epsilon = 1e-12))
givers <- subset(seizures, y > 0)
much <- lm(log(y) ~ trt + lbase + lage + V4, givers)
keep("hurdle_whether", "stats::glm, sandwich::vcovCL", coef(gave), clustered(gave, seizures$subject))
keep("hurdle_amount", "stats::lm, sandwich::vcovCL", coef(much), clustered(much, givers$subject))
school <- data.frame(days = quine$Days, girl = as.integer(quine$Sex == "F"), white = as.integer(quine$Eth == "N"),
                     slow = as.integer(quine$Lrn == "SL"))
save(school, "quine")
days <- glm.nb(days ~ girl + white + slow, school, control = glm.control(maxit = 100, epsilon = 1e-12))
keep("counts_of_persons", "MASS::glm.nb, sandwich::vcovCL", coef(days), clustered(days, seq_len(nrow(school))),
     dispersion = 1 / days$theta)

# survival in steps of 90 days (survival::lung)
ill <- data.frame(id = seq_len(nrow(lung)), step = pmin(ceiling(lung$time / 90), 8), died = lung$status - 1,
                  woman = lung$sex - 1, ecog = lung$ph.ecog)
ill$died[lung$time > 720] <- 0
ill <- ill[complete.cases(ill), ]
save(ill, "lung")
steps <- do.call(rbind, lapply(seq_len(nrow(ill)), function(i)
  data.frame(id = ill$id[i], step = 1:ill$step[i], y = c(rep(0, ill$step[i] - 1), ill$died[i]),
             woman = ill$woman[i], ecog = ill$ecog[i])))
hazard <- glm(y ~ 0 + factor(step) + woman + ecog, binomial("cloglog"), steps, control = list(epsilon = 1e-12))
keep("hazard", "stats::glm cloglog, sandwich::vcovCL", coef(hazard)[c("woman", "ecog")],
     clustered(hazard, steps$id)[c("woman", "ecog")])
efron <- coxph(Surv(step, died) ~ woman + ecog, ill, ties = "efron")
keep("hazard_efron", "survival::coxph, Efron ties", coef(efron), sqrt(diag(vcov(efron))))
days <- lung$time[ill$id]
days_of <- coxph(Surv(pmin(days, 720), lung$status[ill$id] == 2 & days <= 720) ~ woman + ecog, ill)
keep("hazard_days", "survival::coxph, by the day", coef(days_of), sqrt(diag(vcov(days_of))))

# an ordered outcome (MASS::housing)
cells <- transform(housing, cell = as.integer(interaction(Infl, Type, Cont)))
homes <- cells[rep(seq_len(nrow(cells)), cells$Freq), ]
homes <- data.frame(sat = as.integer(homes$Sat), medium = as.integer(homes$Infl == "Medium"),
                    high = as.integer(homes$Infl == "High"), contact = as.integer(homes$Cont == "High"), cell = homes$cell)
counts <- aggregate(list(freq = rep(1, nrow(homes))), homes, sum)
save(counts, "housing")
homes <- counts[rep(seq_len(nrow(counts)), counts$freq), ]
satisfied <- polr(factor(sat) ~ medium + high + contact, homes, Hess = TRUE, control = list(reltol = 1e-14))
k <- c("medium", "high", "contact")
keep("ordinal", "MASS::polr, sandwich::vcovCL", coef(satisfied), clustered(satisfied, homes$cell)[k],
     thresholds = as.list(satisfied$zeta))

# repeated measures (lme4::sleepstudy)
save(sleepstudy, "sleepstudy")
intercepts <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy)
keep("mixed_linear", "lme4::lmer", fixef(intercepts), sqrt(diag(as.matrix(vcov(intercepts)))),
     sd = attr(VarCorr(intercepts)$Subject, "stddev")[[1]], residual = sigma(intercepts))
slopes <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy)
keep("mixed_linear_slopes", "lme4::lmer", fixef(slopes), sqrt(diag(as.matrix(vcov(slopes)))))
once <- lm(Reaction ~ Days, sleepstudy)
keep("linear", "stats::lm, sandwich::vcovCL", coef(once), clustered(once, sleepstudy$Subject))
keep("linear_hc3", "stats::lm, sandwich::vcovHC", coef(once), sqrt(diag(vcovHC(once, type = "HC3"))))

out$versions <- list(R = R.version.string, survival = as.character(packageVersion("survival")),
  MASS = as.character(packageVersion("MASS")), lme4 = as.character(packageVersion("lme4")),
  sandwich = as.character(packageVersion("sandwich")))
writeLines(toJSON(out, auto_unbox = TRUE, digits = 8, pretty = TRUE), "models.json")
