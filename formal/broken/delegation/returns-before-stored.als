module broken/delegation/returns_before_stored
open delegation

/* A revocation returns before the store has it. */
fact { Flaw = ReturnsBeforeStored and some Flaw }

revocationIsTransitiveAndForEver: check revocationIsTransitiveAndForEver for 2 but 1 Call, 1 Flaw, 3 Int, 9 steps expect 1
