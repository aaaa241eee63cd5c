module delegation

/*
 * Who may do what, and until when: the forest of grants, as DESIGN and LocalAuthority have it.
 *
 * A trace is any interleaving of: a holder derives a grant for somebody; a call crosses the gate, in two steps that others
 * come between; a revocation, in three; grants expire; the time of day changes, forwards and back; the process dies and
 * comes back from its store. Each step is one predicate below, and says what it needs and what it changes.
 *
 * What a model leaves out is said in README.md.
 */

----------------------------------------------------------------------------------------------------- what does not change

/** What an agent is called. A later agent may have the name of an earlier one. */
sig Name {}

/** One incarnation of an agent. */
sig Agent { name: one Name }

/** A thing to do: one resource, one verb, one set of attributes. A capability's pattern, verbs and predicates are a set of these. */
sig Action {}

/** A time of day. */
sig Hour {}

/** A capability in the hands of a holder. What is said of a grant that was not derived yet means nothing. */
sig Grant {
  parent: lone Grant,
  holder: one Agent,
  permits: Action -> Hour,
  limit: lone { n: Int | n >= 0 }
}
/** Those that have an expiry, that ask a person, that came by a message, and that a store is to keep. */
sig Mortal, Asking, Lent, Durable in Grant {}

/** One attempt: by whom, to do what, with which grant the gate finds, and with which one that the caller named, if any. */
sig Call {
  by: one Agent,
  what: one Action,
  via: one Grant,
  named: lone Grant
}

/** What a broken variant gets wrong. The model itself has none: its commands say "0 Flaw". */
abstract sig Flaw {}
lone sig ChildMayWiden, RevokesOneOnly, ChecksBeforeCount, ReturnsBeforeStored, RowsForgetTheCut, RestoresOrphans, BoundByName,
  LentIsAmbient, CountsOwnOnly, NoDepthLimit, ApprovalOfParentIgnored extends Flaw {}

-------------------------------------------------------------------------------------------------------------- what changes

/** Grants that exist in memory; whose revocation cell is set; that are past their time. */
var sig Minted, Cut, Expired in Grant {}

/** Grants that were ever made: what is derived is new. */
var sig Known in Grant {}

/** Rows of the store: grants, and revocations. They outlive the process. */
var sig Stored, StoredCut in Grant {}

/** Calls that a person has approved; that counted themselves; that passed the last check; that are over, done or refused. */
var sig Approved, Entered, Begun, Over in Call {}

/** Grants whose revocation has returned to whoever asked for it, and what it returned. */
var sig Returned in Grant { var reported: set Call }

/** What time of day the clock on the wall says. */
var one sig Now in Hour {}

let unchanged[x] { x' = x }

/** A grant and all above it, as the objects in memory know them. */
fun up[g: Grant]: set Grant { g.*(parent :> Minted) }

/** Calls that took a use and did not give it back. */
fun taken: set Call { Entered - (Over - Begun) }

/** Calls of a grant and of all that is derived from it. */
fun below[g: Grant]: set Call { { c: Call | g in c.via.*parent } }

/** No cell on the way up is set, and nothing on the way up is past its time. */
pred sound[g: Grant] {
  some RevokesOneOnly implies g not in Cut else no up[g] & Cut
  no up[g] & Expired
}

/** Dimension by dimension: nothing that the wider does not have. */
pred within[narrow, wide: Grant] {
  narrow.permits in wide.permits
  some wide.limit implies (some narrow.limit and narrow.limit <= wide.limit)
  wide in Mortal implies narrow in Mortal
  wide in Asking implies narrow in Asking
}

--------------------------------------------------------------------------------------------------------------------- steps

pred init {
  no Minted.parent
  Stored = Minted
  Known = Minted
  no Cut + Expired + StoredCut + Returned
  no Approved + Entered + Begun + Over
}

pred grantsStay { unchanged[Minted] and unchanged[Known] and unchanged[Stored] }
pred revocationsStay { unchanged[Cut] and unchanged[StoredCut] and unchanged[Returned] and unchanged[reported] }
pred callsStay { unchanged[Approved] and unchanged[Entered] and unchanged[Begun] and unchanged[Over] }
pred timeStays { unchanged[Expired] and unchanged[Now] }

/** The holder of its parent derives a grant, for itself or for somebody else. Two links of a chain stand for 256. */
pred derive[g: Grant] {
  g not in Known
  g.parent in Minted
  sound[g.parent]
  some ApprovalOfParentIgnored implies g.permits in g.parent.permits
    else some ChildMayWiden or within[g, g.parent]
  some NoDepthLimit or no g.parent.parent.parent
  Minted' = Minted + g
  Known' = Known + g
  unchanged[Stored]
  revocationsStay and callsStay and timeStays
}

/** The store keeps it, and with it all that it was derived from; the rows say which of these are cut by now. */
pred keep[g: Grant] {
  g in (Minted & Durable) - Stored
  let rows = some RestoresOrphans implies g else g.*parent {
    Stored' = Stored + rows
    StoredCut' = StoredCut + (no RowsForgetTheCut implies rows & Cut else none)
  }
  unchanged[Minted] and unchanged[Known] and unchanged[Cut] and unchanged[Returned] and unchanged[reported]
  callsStay and timeStays
}

/** A person approves an attempt. */
pred approve[c: Call] {
  c not in Approved
  Approved' = Approved + c
  unchanged[Entered] and unchanged[Begun] and unchanged[Over]
  grantsStay and revocationsStay and timeStays
}

/** The gate finds a grant for a call, and the call counts itself: here and in all grants above, if there is room in all. */
pred enter[c: Call] {
  c not in Entered + Over
  c.via in Minted
  some BoundByName implies c.by.name = c.via.holder.name else c.by = c.via.holder
  some LentIsAmbient or c.via not in Lent or c.named = c.via
  c.what -> Now in c.via.permits
  c.via in Asking implies c in Approved
  all g: (some CountsOwnOnly implies c.via else up[c.via]) | some g.limit implies #(taken & below[g]) < g.limit
  some ChecksBeforeCount implies sound[c.via]
  Entered' = Entered + c
  unchanged[Approved] and unchanged[Begun] and unchanged[Over]
  grantsStay and revocationsStay and timeStays
}

/** The last check, after it counted itself: it reads the cells and the clock once more. Here the call begins. */
pred begin[c: Call] {
  c in Entered - Begun - Over
  some ChecksBeforeCount or sound[c.via]
  c.what -> Now in c.via.permits
  Begun' = Begun + c
  unchanged[Approved] and unchanged[Entered] and unchanged[Over]
  grantsStay and revocationsStay and timeStays
}

/** The last check fails, or a call that has begun ends. */
pred finish[c: Call] {
  c in Entered - Over
  c in Begun or not sound[c.via] or c.what -> Now not in c.via.permits
  Over' = Over + c
  unchanged[Approved] and unchanged[Entered] and unchanged[Begun]
  grantsStay and revocationsStay and timeStays
}

/** A revocation sets one cell, its own. */
pred cut[g: Grant] {
  g in Minted - Cut
  Cut' = Cut + g
  unchanged[StoredCut] and unchanged[Returned] and unchanged[reported]
  grantsStay and callsStay and timeStays
}

/** Then it is stored, if the grant is. */
pred storeCut[g: Grant] {
  g in (Cut & Stored) - StoredCut
  StoredCut' = StoredCut + g
  unchanged[Cut] and unchanged[Returned] and unchanged[reported]
  grantsStay and callsStay and timeStays
}

/** Then it reads who has counted itself, and returns them: they are in flight. */
pred return[g: Grant] {
  g in Cut - Returned
  some ReturnsBeforeStored or g not in Stored - StoredCut
  Returned' = Returned + g
  reported' = reported + g -> (((some ChecksBeforeCount implies Begun else Entered) - Over) & below[g])
  unchanged[Cut] and unchanged[StoredCut]
  grantsStay and callsStay and timeStays
}

/** Time passes: something expires, or the time of day is another one, be it that somebody sets the clock back. */
pred timePasses {
  Expired' in Expired + (Mortal & Minted)
  Expired in Expired'
  grantsStay and revocationsStay and callsStay
}

/** The process dies and comes back. Memory is what the store says; no call goes on. */
pred restart {
  Minted' = Stored
  Cut' = StoredCut
  Over' = Over + Entered
  unchanged[Known] and unchanged[Stored] and unchanged[StoredCut] and unchanged[Returned] and unchanged[reported]
  unchanged[Approved] and unchanged[Entered] and unchanged[Begun]
  unchanged[Expired]
}

pred nothing { grantsStay and revocationsStay and callsStay and timeStays }

fact traces {
  init
  always {
    (some g: Grant | derive[g] or keep[g] or cut[g] or storeCut[g] or return[g])
    or (some c: Call | approve[c] or enter[c] or begin[c] or finish[c])
    or timePasses or restart or nothing
  }
}

---------------------------------------------------------------------------------------------------------------- what holds

/** Whatever is derived from whatever: nobody has more than anybody above has, on any dimension. */
assert noAmplification {
  always all g: Minted, above: g.^parent | within[g, above]
}

/** And so no call begins that any grant above would not permit at this moment. */
assert everyGrantAbovePermits {
  always all c: Call | begin[c] implies (all g: c.via.*parent | c.what -> Now in g.permits and g not in Expired)
}

/** When a revocation has returned, nothing below begins any more, whatever was on its way, and whatever restarts come. */
assert revocationIsTransitiveAndForEver {
  always all g: Returned, c: below[g] | not begin[c]
}

/** What runs on when a revocation returns is what it returned: nobody is forgotten. */
assert inFlightIsReported {
  always all g: Returned | ((Begun - Over) & below[g]) in g.reported
}

/** Nobody but the holder uses a grant: not another incarnation of its name, not whoever carries it in a message. */
assert onlyTheHolderUses {
  always all c: Call | begin[c] implies c.by = c.via.holder
}

/** What came by a message is used only when it is named. */
assert lentOnlyWhenNamed {
  always all c: Call | begin[c] and c.via in Lent implies c.named = c.via
}

/** However calls of a tree are interleaved, none sees more of them than its limit. */
assert usesAreExact {
  always all g: Minted | some g.limit implies #(Begun & below[g]) <= g.limit
}

/** An approval that any grant above asks for is never skipped. */
assert approvalIsNeverSkipped {
  always all c: Call | begin[c] and some c.via.*parent & Asking implies c in Approved
}

/** The grants are a forest of bounded depth, in memory and in the store: none is there without all above it. */
assert forest {
  always (no g: Minted | g in g.^parent)
  always Minted.parent in Minted and Stored.parent in Stored
  always no Minted.parent.parent.parent
}

/** What was cut and stored, or is past its time, is never sound again. */
assert neverSoundAgain {
  always all g: Grant | (g in StoredCut + Expired and g in Minted) implies always not sound[g]
}

------------------------------------------------------------------------------------------------------------------ commands

noAmplification: check noAmplification for 2 but 3 Grant, 1 Call, 0 Flaw, 3 Int, 7 steps expect 0
everyGrantAbovePermits: check everyGrantAbovePermits for 2 but 3 Grant, 1 Call, 0 Flaw, 3 Int, 8 steps expect 0
revocationIsTransitiveAndForEver: check revocationIsTransitiveAndForEver
  for 1 but 3 Grant, 1 Call, 0 Flaw, 3 Int, 9 steps expect 0
inFlightIsReported: check inFlightIsReported for 1 but 2 Grant, 2 Call, 0 Flaw, 3 Int, 9 steps expect 0
onlyTheHolderUses: check onlyTheHolderUses for 2 but 1 Call, 0 Flaw, 3 Int, 8 steps expect 0
lentOnlyWhenNamed: check lentOnlyWhenNamed for 2 but 1 Call, 0 Flaw, 3 Int, 8 steps expect 0
usesAreExact: check usesAreExact for 1 but 3 Grant, 2 Call, 0 Flaw, 3 Int, 8 steps expect 0
approvalIsNeverSkipped: check approvalIsNeverSkipped for 2 but 3 Grant, 1 Call, 0 Flaw, 3 Int, 8 steps expect 0
forest: check forest for 1 but 4 Grant, 0 Call, 0 Flaw, 3 Int, 6 steps expect 0
neverSoundAgain: check neverSoundAgain for 1 but 3 Grant, 0 Call, 0 Flaw, 3 Int, 8 steps expect 0

/* That the model is not empty: what should be possible is. */

grandchildUses: run {
  some disj a, b, c: Grant, x: Call | b.parent = a and c.parent = b and x.via = c and eventually begin[x]
  some disj a, b: Grant | a.holder != b.holder and a.permits != b.permits and b.parent = a
} for 3 but 1 Call, 0 Flaw, 3 Int, 8 steps expect 1

callRunsOnThroughRevocation: run {
  some disj a, b: Grant, x: Call | b.parent = a and x.via = b
    and eventually (begin[x] and eventually (return[a] and after (x in a.reported - Over and eventually finish[x])))
} for 2 but 1 Call, 0 Flaw, 3 Int, 9 steps expect 1

callIsCaughtByItsLastCheck: run {
  some disj a, b: Grant, x: Call | b.parent = a and x.via = b
    and eventually (enter[x] and after (cut[a] and eventually (x in a.reported - Begun and finish[x])))
} for 2 but 1 Call, 0 Flaw, 3 Int, 9 steps expect 1

childIsUsedAfterARestart: run {
  some g: Grant, x: Call | some g.parent and x.via = g and eventually (restart and eventually begin[x])
} for 2 but 1 Call, 0 Flaw, 3 Int, 9 steps expect 1

revocationNotStoredMayBeLost: run {
  some g: Grant, x: Call | x.via = g and eventually (cut[g] and eventually (restart and eventually begin[x]))
} for 2 but 1 Call, 0 Flaw, 3 Int, 9 steps expect 1

limitIsReached: run {
  some g: Grant | g.limit = 2 and eventually #(Begun & below[g]) = 2
    and some disj x, y: Call | x.via != y.via and x + y in below[g] and eventually (x + y in Begun)
} for 3 but 0 Flaw, 4 Int, 9 steps expect 1

lentGrantIsUsed: run {
  some x: Call | x.via in Lent and some x.via.parent and eventually begin[x]
} for 2 but 1 Call, 0 Flaw, 3 Int, 6 steps expect 1

approvedCallBegins: run {
  some x: Call | x.via in Asking and x.via.parent in Asking and eventually begin[x]
} for 2 but 1 Call, 0 Flaw, 3 Int, 6 steps expect 1
