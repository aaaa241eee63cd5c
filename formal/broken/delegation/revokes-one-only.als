module broken/delegation/revokes_one_only
open delegation

/* A grant looks at its own cell only, not at those above. */
fact { Flaw = RevokesOneOnly and some Flaw }

revocationIsTransitiveAndForEver: check revocationIsTransitiveAndForEver for 2 but 1 Call, 1 Flaw, 3 Int, 9 steps expect 1
