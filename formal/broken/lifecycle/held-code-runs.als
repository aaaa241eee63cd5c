module broken/lifecycle/held_code_runs
open lifecycle

/* An agent counts as paused while its code still runs. */
fact { Flaw = HeldCodeRuns and some Flaw }

pausedPerformsNothing: check pausedPerformsNothing for 2 but 1 Flaw, 7 steps expect 1
