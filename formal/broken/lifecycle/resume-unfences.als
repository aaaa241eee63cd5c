module broken/lifecycle/resume_unfences
open lifecycle

/* A resume that comes after a termination takes it back. */
fact { Flaw = ResumeUnfences and some Flaw }

terminateWins: check terminateWins for 2 but 1 Flaw, 7 steps expect 1
