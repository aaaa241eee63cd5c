module broken/delegation/no_depth_limit
open delegation

/* Chains have no limit. */
fact { Flaw = NoDepthLimit and some Flaw }

forest: check forest for 1 but 4 Grant, 0 Call, 1 Flaw, 3 Int, 5 steps expect 1
