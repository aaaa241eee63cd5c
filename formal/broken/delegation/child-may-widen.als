module broken/delegation/child_may_widen
open delegation

/* Deriving does not compare: a child may have what its parent does not. */
fact { Flaw = ChildMayWiden and some Flaw }

noAmplification: check noAmplification for 2 but 0 Call, 1 Flaw, 3 Int, 7 steps expect 1
