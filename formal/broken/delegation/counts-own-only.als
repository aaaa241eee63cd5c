module broken/delegation/counts_own_only
open delegation

/* A use counts in its own grant only: two children together exceed their parent. */
fact { Flaw = CountsOwnOnly and some Flaw }

usesAreExact: check usesAreExact for 1 but 3 Grant, 2 Call, 1 Flaw, 3 Int, 8 steps expect 1
