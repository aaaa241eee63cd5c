module lifecycle

/*
 * The lives of agents: a tree of them, each with a state, and with what is asked of it.
 *
 * A trace is any interleaving of: agents are spawned, run, cross the gate, wait for an approval, fail, restart, end by
 * themselves; others pause, resume, stop and terminate them; the process dies, and durable agents come back from what the
 * store has. Each step is one predicate below, and says what it needs and what it changes.
 */

----------------------------------------------------------------------------------------------------- what does not change

enum State { Pending, Running, Paused, Completed, Failed, Terminated }

/** Which state may follow which. A test compares this with the table of the code: keep to one line for a state. */
fun table: State -> State {
  Pending -> (Running + Completed + Failed + Terminated) +
  Running -> (Paused + Completed + Failed + Terminated) +
  Paused -> (Running + Terminated)
}

fun ends: set State { Completed + Failed + Terminated }

/** One incarnation of an agent. */
sig Agent { parent: lone Agent }
sig Durable in Agent {}
fact { no a: Agent | a in a.^parent }

/** Where the code of an agent is: none runs; it runs; it waits inside the runtime, at the gate or because it is held. */
enum Place { Idle, Inside, AtGate }

/** What a broken variant gets wrong. The model itself has none: its commands say "0 Flaw". */
abstract sig Flaw {}
lone sig ResumeUnfences, GateIgnoresFence, ListsBeforeFence, EndsWithoutChildren, ReturnsBeforeStored, RevivesEnded,
  ForgetsPause, DecisionPerforms, PausedMayEnd, HeldCodeRuns extends Flaw {}

-------------------------------------------------------------------------------------------------------------- what changes

/** Those that were ever spawned; those that the memory of the runtime has; those whose termination has returned. */
var sig Known, Up, Returned in Agent {}

/** What is asked of an agent; and FENCED: it can do nothing more. */
var sig PauseAsked, StopAsked, Fenced in Agent {}

/** Fenced, and those that were its children then are fenced too. */
var sig Listed in Agent {}

/** Fenced by its own failure. */
var sig Failing in Agent {}

/** Waits at the gate for a person's decision. */
var sig Undecided in Agent {}

var sig Memory in Agent { var state: one State, var place: one Place }

/** Rows of the store. They outlive the process. */
var sig Row in Durable { var stored: one State }

let unchanged[x] { x' = x }

fun below[a: Agent]: set Agent { a.*~parent }
fun alive: set Agent { Up - state.ends }

--------------------------------------------------------------------------------------------------------------------- steps

pred init {
  no Known + Up + Returned + PauseAsked + StopAsked + Fenced + Listed + Failing + Undecided + Memory + Row
}

pred peopleStay { unchanged[Known] and unchanged[Up] and unchanged[Memory] and unchanged[Returned] }
pred askedStays { unchanged[PauseAsked] and unchanged[StopAsked] }
pred fenceStays { unchanged[Fenced] and unchanged[Listed] and unchanged[Failing] }
pred storeStays { unchanged[Row] and unchanged[stored] }

/** Goes to another state and another place; all others stay as they are. */
pred goes[a: Agent, s: State, p: Place] {
  state' = state ++ a -> s
  place' = place ++ a -> p
}

/** It is there, and pending: its parent lives, and is not being terminated. */
pred spawn[a: Agent] {
  a not in Known
  a.parent in alive
  some ListsBeforeFence or no a.parent & Fenced
  Known' = Known + a
  Up' = Up + a
  Memory' = Memory + a
  goes[a, Pending, Idle]
  Row' = Row + (a & Durable)
  stored' = stored + (a & Durable) -> Pending
  askedStays and fenceStays and unchanged[Undecided] and unchanged[Returned]
}

/** Its code begins, or it is to be held before that: running it is in any case. */
pred start[a: Agent] {
  a in alive - Fenced
  a.state = Pending
  a not in StopAsked
  goes[a, Running, a in PauseAsked implies Idle else Inside]
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided]
}

/** A turn begins. */
pred turn[a: Agent] {
  a in alive - Fenced - PauseAsked - StopAsked
  a.state = Running
  a.place = Idle
  goes[a, Running, Inside]
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided]
}

/** A turn ends. */
pred turnEnds[a: Agent] {
  a in Up
  a.place = Inside
  goes[a, a.state, Idle]
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided]
}

/** Its code comes to the gate and gets through: an effect. */
pred cross[a: Agent] {
  a in Up - PauseAsked
  a.place = Inside
  some GateIgnoresFence or a not in Fenced
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided] and unchanged[state] and unchanged[place]
}

/** Its code comes to the gate and has to wait for a person. */
pred asks[a: Agent] {
  a in Up - PauseAsked - Fenced
  a.place = Inside
  Undecided' = Undecided + a
  goes[a, a.state, AtGate]
  peopleStay and askedStays and fenceStays and storeStays
}

/** A person decides, at any time. By itself that moves nobody. */
pred decide[a: Agent] {
  a in Undecided
  Undecided' = Undecided - a
  some DecisionPerforms implies goes[a, a.state, Inside] else goes[a, a.state, a.place]
  peopleStay and askedStays and fenceStays and storeStays
}

/** What waited at the gate goes on, which is an effect too. */
pred goesOn[a: Agent] {
  a in Up - Undecided - Fenced - PauseAsked
  a.place = AtGate
  goes[a, a.state, Inside]
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided]
}

/** An effect on the world. */
pred performs[a: Agent] { cross[a] or goesOn[a] or (some DecisionPerforms and decide[a]) }

/** Somebody asks it to stand still. */
pred pause[a: Agent] {
  a in alive - Fenced - StopAsked - PauseAsked
  PauseAsked' = PauseAsked + a
  unchanged[StopAsked] and unchanged[state] and unchanged[place]
  peopleStay and fenceStays and storeStays and unchanged[Undecided]
}

/** It is held: between turns, where it waits, or where its code comes to the gate. */
pred hold[a: Agent] {
  a in (alive & PauseAsked) - Fenced
  a.state = Running
  goes[a, Paused, (some HeldCodeRuns or a.place != Inside) implies a.place else AtGate]
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided]
}

/** Whoever resumes it withdraws the pause. */
pred resume[a: Agent] {
  a in PauseAsked & alive
  some ResumeUnfences or a not in Fenced
  PauseAsked' = PauseAsked - a
  unchanged[StopAsked] and unchanged[Listed] and unchanged[Failing]
  Fenced' = (some ResumeUnfences implies Fenced - a else Fenced)
  goes[a, a.state = Paused implies Running else a.state, a.place]
  peopleStay and storeStays and unchanged[Undecided]
}

/** Somebody stops it, or it says itself that it is done: it and all below go on once more, and end in order. */
pred stop[a: Agent] {
  a in alive - Fenced - StopAsked
  let those = (below[a] & alive) - Fenced {
    StopAsked' = StopAsked + those
    PauseAsked' = PauseAsked - those
    state' = state ++ (those & state.Paused) -> Running
  }
  unchanged[place]
  peopleStay and fenceStays and storeStays and unchanged[Undecided]
}

/** Its life returns while somebody wants it paused: the pause comes first, since the end is a turn of its own. */
pred returns[a: Agent] {
  a in alive - Fenced - StopAsked
  a.place = Inside
  StopAsked' = StopAsked + a
  unchanged[PauseAsked]
  goes[a, a.state, Idle]
  peopleStay and fenceStays and storeStays and unchanged[Undecided]
}

/** An orderly stop ends a wait. */
pred waitEnds[a: Agent] {
  a in (alive & StopAsked) - PauseAsked
  a.place = AtGate
  Undecided' = Undecided - a
  goes[a, a.state, Idle]
  peopleStay and askedStays and fenceStays and storeStays
}

/** It has ended in order, after its children. */
pred complete[a: Agent] {
  a in (alive & StopAsked) - Fenced
  some PausedMayEnd or a not in PauseAsked
  a.place = Idle
  some EndsWithoutChildren or no a.~parent & alive
  goes[a, Completed, Idle]
  Fenced' = Fenced + a
  unchanged[Listed] and unchanged[Failing]
  peopleStay and askedStays and storeStays and unchanged[Undecided]
}

/** An exception has left its code, or another's failure reached it; it goes on, or with a new instance. */
pred restarts[a: Agent] {
  a in alive - Fenced
  a.state = Running
  goes[a, Running, Idle]
  let gone = (a.~parent & alive) - Fenced | Fenced' = Fenced + gone
  Undecided' = Undecided - a
  unchanged[Listed] and unchanged[Failing]
  peopleStay and askedStays and storeStays
}

/** Likewise, and this is its end. */
pred fails[a: Agent] {
  a in alive - Fenced
  a.state in Pending + Running
  goes[a, a.state, Idle]
  Fenced' = Fenced + a
  Failing' = Failing + a
  unchanged[Listed]
  peopleStay and askedStays and storeStays and unchanged[Undecided]
}

/** Somebody terminates it. */
pred terminate[a: Agent] {
  a in alive - Fenced
  some ListsBeforeFence implies a in Listed
  Fenced' = Fenced + a
  unchanged[Listed] and unchanged[Failing] and unchanged[state] and unchanged[place]
  peopleStay and askedStays and storeStays and unchanged[Undecided]
}

/** Whoever terminates lists the children and fences them: of a fenced one, so that there cannot be more of them later. */
pred list[a: Agent] {
  a in alive - Listed
  some ListsBeforeFence or a in Fenced
  Listed' = Listed + a
  Fenced' = Fenced + (a.~parent & alive)
  unchanged[Failing] and unchanged[state] and unchanged[place]
  peopleStay and askedStays and storeStays and unchanged[Undecided]
}

/**
 * It has ended by force, after those that were listed below it. Its code has stopped, or was given up when the time was up:
 * then it is still inside.
 */
pred end[a: Agent] {
  a in alive & Fenced & Listed
  no a.~parent & alive & Fenced
  goes[a, a in Failing implies Failed else Terminated, a.place]
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided]
}

/** The store has taken the present state of a durable agent. */
pred store[a: Agent] {
  a in Up & Row
  stored' = stored ++ a -> a.state
  unchanged[Row] and unchanged[state] and unchanged[place]
  peopleStay and askedStays and fenceStays and unchanged[Undecided]
}

/** An end is acknowledged when it is stored. */
pred return[a: Agent] {
  a in Up - Returned
  a.state in ends
  some ReturnsBeforeStored or a in Row implies a.stored = a.state
  Returned' = Returned + a
  unchanged[Known] and unchanged[Up] and unchanged[Memory] and unchanged[state] and unchanged[place]
  askedStays and fenceStays and storeStays and unchanged[Undecided]
}

/** The process dies. */
pred crash {
  no Up' + Memory' + PauseAsked' + StopAsked' + Fenced' + Listed' + Failing' + Undecided'
  unchanged[Known] and unchanged[Returned] and storeStays
}

/** A durable agent comes back as the store has it, when its parent has: its life begins again, and what was paused is to be held. */
pred revive[a: Agent] {
  a in Row - Up
  some RevivesEnded or a.stored not in ends
  a.parent in alive - Fenced
  Up' = Up + a
  Memory' = Memory + a
  goes[a, Pending, Idle]
  PauseAsked' = PauseAsked + (no ForgetsPause and a.stored = Paused implies a else none)
  unchanged[StopAsked] and unchanged[Known] and unchanged[Returned]
  fenceStays and storeStays and unchanged[Undecided]
}

pred nothing {
  peopleStay and askedStays and fenceStays and storeStays and unchanged[Undecided] and unchanged[state] and unchanged[place]
}

pred ofItself[a: Agent] {
  start[a] or turn[a] or turnEnds[a] or cross[a] or asks[a] or goesOn[a] or hold[a] or returns[a] or waitEnds[a] or complete[a]
  or restarts[a] or fails[a]
}

pred ofOthers[a: Agent] {
  spawn[a] or decide[a] or pause[a] or resume[a] or stop[a] or terminate[a] or list[a] or end[a] or store[a] or return[a] or revive[a]
}

fact traces {
  init
  always (crash or nothing or (some a: Agent | ofItself[a] or ofOthers[a]))
}

---------------------------------------------------------------------------------------------------------------- what holds

/** Every change of state is in the table. */
assert onlyLegalTransitions {
  always all a: Up & Up' | a.state' != a.state implies a.state -> a.state' in table
}

/** Ended is for ever, in memory and in the store, whatever restarts come. */
assert endedIsForEver {
  always all a: Up & Up' | a.state in ends implies a.state' = a.state
  always all a: Row | a.stored in ends implies always (a.stored in ends and (a in Up implies a.state in ends))
}

/** Once terminate has fenced an agent, nothing takes that back: not a resume, not a decision, not its own end or failure. */
assert terminateWins {
  always all a: Fenced & alive | not performs[a]
  always all a: Fenced | crash or a in Fenced'
  always all a: (Fenced & alive) - Failing | crash or a.state' in a.state + Terminated
}

/** What has ended performs nothing, even code that was given up and still runs. */
assert endedPerformsNothing {
  always all a: Up - alive | not performs[a]
}

/** When a termination has returned, all that was below has ended, and never comes back. */
assert returnedMeansEnded {
  always all a: Returned | no (below[a] & alive)
  always all a: Returned | always a not in alive
}

/** No agent outlives its parent. */
assert childrenEndFirst {
  always all a: alive | some a.parent implies a.parent in alive
}

/** While an agent is paused no code of it runs, and nothing is performed. */
assert pausedPerformsNothing {
  always all a: Up | a.state = Paused implies not performs[a] and a.place != Inside
}

/** Only who resumes, stops or terminates it ends a pause. */
assert pausedStaysPaused {
  always all a: Up & Up' | a.state = Paused and a.state' != Paused implies resume[a] or (some b: a.*parent | stop[b]) or end[a]
}

/** What was stored as paused performs nothing after a restart, until somebody resumes or stops it. */
assert pausedComesBackPaused {
  always all a: Agent | revive[a] and a.stored = Paused implies
    after ((resume[a] or crash or (some b: a.*parent | stop[b])) releases not performs[a])
}

/** A termination that goes on when it can comes to its end, whatever everybody else does. */
assert terminationEnds {
  (all a: Agent | (eventually always (a in (alive & Fenced) - Listed) implies always eventually list[a])
    and (eventually always (a in alive & Fenced & Listed and no a.~parent & alive & Fenced) implies always eventually end[a]))
  implies (always all a: Fenced & alive | eventually (crash or a not in alive))
}

------------------------------------------------------------------------------------------------------------------ commands

onlyLegalTransitions: check onlyLegalTransitions for 2 but 0 Flaw, 8 steps expect 0
endedIsForEver: check endedIsForEver for 1 but 0 Flaw, 10 steps expect 0
terminateWins: check terminateWins for 2 but 0 Flaw, 8 steps expect 0
endedPerformsNothing: check endedPerformsNothing for 2 but 0 Flaw, 8 steps expect 0
returnedMeansEnded: check returnedMeansEnded for 2 but 0 Flaw, 8 steps expect 0
childrenEndFirst: check childrenEndFirst for 2 but 0 Flaw, 8 steps expect 0
pausedPerformsNothing: check pausedPerformsNothing for 2 but 0 Flaw, 8 steps expect 0
pausedStaysPaused: check pausedStaysPaused for 2 but 0 Flaw, 7 steps expect 0
pausedComesBackPaused: check pausedComesBackPaused for 1 but 0 Flaw, 11 steps expect 0
terminationEnds: check terminationEnds for 2 but 0 Flaw, 8 steps expect 0

/* That the model is not empty: what should be possible is. */

pred happens[from, to: State] { some a: Agent | eventually (a.state = from and a.state' = to) }
pendingToRunning: run { happens[Pending, Running] } for 1 but 0 Flaw, 7 steps expect 1
pendingToCompleted: run { happens[Pending, Completed] } for 1 but 0 Flaw, 7 steps expect 1
pendingToFailed: run { happens[Pending, Failed] } for 1 but 0 Flaw, 7 steps expect 1
pendingToTerminated: run { happens[Pending, Terminated] } for 1 but 0 Flaw, 7 steps expect 1
runningToPaused: run { happens[Running, Paused] } for 1 but 0 Flaw, 7 steps expect 1
runningToCompleted: run { happens[Running, Completed] } for 1 but 0 Flaw, 7 steps expect 1
runningToFailed: run { happens[Running, Failed] } for 1 but 0 Flaw, 7 steps expect 1
runningToTerminated: run { happens[Running, Terminated] } for 1 but 0 Flaw, 7 steps expect 1
pausedToRunning: run { happens[Paused, Running] } for 1 but 0 Flaw, 7 steps expect 1
pausedToTerminated: run { happens[Paused, Terminated] } for 1 but 0 Flaw, 8 steps expect 1

terminatedWhilePaused: run {
  some a: Agent | some a.parent and eventually (a.state = Paused and a.parent not in Fenced and eventually (a.state' = Terminated))
} for 2 but 0 Flaw, 9 steps expect 1

pausedGoesOn: run {
  some a: Agent | eventually (a.state = Paused and a.place = AtGate and eventually goesOn[a])
} for 2 but 0 Flaw, 8 steps expect 1

terminatedWhileItWaitsForAnApproval: run {
  some a: Agent | eventually (a in Undecided and eventually (terminate[a] and after eventually (decide[a] and after eventually end[a])))
} for 2 but 0 Flaw, 9 steps expect 1

failsBesideAPause: run {
  some a: Agent | eventually (a in PauseAsked and eventually (a.state' = Failed))
} for 2 but 0 Flaw, 8 steps expect 1

treeEndsInOrder: run {
  some disj a, b: Agent | b.parent = a and eventually (complete[b] and b.state = Running and after eventually (a.state' = Completed))
} for 2 but 0 Flaw, 9 steps expect 1

pausedComesBack: run {
  some a: Agent | eventually (revive[a] and a.stored = Paused and after eventually (a.state' = Paused and after eventually cross[a]))
} for 1 but 0 Flaw, 12 steps expect 1

childIsFencedThatWasSpawnedLate: run {
  some disj a, b, c: Agent | b.parent = a and c.parent = b
    and eventually (terminate[a] and after eventually (spawn[c] and after eventually (c.state' = Terminated)))
} for 3 but 0 Flaw, 11 steps expect 1

givenUpCodeIsStillInside: run {
  some a: Agent | eventually (a.state = Terminated and a.place = Inside)
} for 2 but 0 Flaw, 7 steps expect 1

endNotStoredComesBack: run {
  some a: Agent | eventually (a.state in ends and a in Up and eventually (revive[a]))
} for 2 but 0 Flaw, 9 steps expect 1
