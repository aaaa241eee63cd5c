module broken/delegation/restores_orphans
open delegation

/* A grant is stored without those above it, and comes back so. */
fact { Flaw = RestoresOrphans and some Flaw }

revocationIsTransitiveAndForEver: check revocationIsTransitiveAndForEver for 1 but 3 Grant, 1 Flaw, 3 Int, 9 steps expect 1
