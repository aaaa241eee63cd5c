module large/delegation
open delegation

/* The same assertions in larger scopes: minutes instead of seconds. */

noAmplification: check noAmplification for 3 but 5 Grant, 1 Call, 0 Flaw, 4 Int, 10 steps expect 0
everyGrantAbovePermits: check everyGrantAbovePermits for 3 but 1 Call, 0 Flaw, 4 Int, 11 steps expect 0
revocationIsTransitiveAndForEver: check revocationIsTransitiveAndForEver for 2 but 4 Grant, 2 Call, 0 Flaw, 3 Int, 11 steps expect 0
inFlightIsReported: check inFlightIsReported for 2 but 3 Grant, 2 Call, 0 Flaw, 3 Int, 11 steps expect 0
onlyTheHolderUses: check onlyTheHolderUses for 3 but 2 Call, 0 Flaw, 3 Int, 11 steps expect 0
lentOnlyWhenNamed: check lentOnlyWhenNamed for 3 but 2 Call, 0 Flaw, 3 Int, 11 steps expect 0
usesAreExact: check usesAreExact for 2 but 3 Grant, 3 Call, 0 Flaw, 4 Int, 10 steps expect 0
approvalIsNeverSkipped: check approvalIsNeverSkipped for 3 but 2 Call, 0 Flaw, 3 Int, 10 steps expect 0
forest: check forest for 2 but 6 Grant, 0 Call, 0 Flaw, 3 Int, 9 steps expect 0
neverSoundAgain: check neverSoundAgain for 2 but 4 Grant, 1 Call, 0 Flaw, 3 Int, 11 steps expect 0
