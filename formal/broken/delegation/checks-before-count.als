module broken/delegation/checks_before_count
open delegation

/* A call reads the cells first and counts itself then: a revocation fits in between. */
fact { Flaw = ChecksBeforeCount and some Flaw }

revocationIsTransitiveAndForEver: check revocationIsTransitiveAndForEver for 2 but 1 Call, 1 Flaw, 3 Int, 9 steps expect 1
