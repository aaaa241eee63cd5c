module broken/lifecycle/paused_may_end
open lifecycle

/* A held agent that was asked to end does so. */
fact { Flaw = PausedMayEnd and some Flaw }

onlyLegalTransitions: check onlyLegalTransitions for 1 but 1 Flaw, 8 steps expect 1
