module broken/lifecycle/forgets_pause
open lifecycle

/* What was paused comes back running. */
fact { Flaw = ForgetsPause and some Flaw }

pausedComesBackPaused: check pausedComesBackPaused for 1 but 1 Flaw, 10 steps expect 1
