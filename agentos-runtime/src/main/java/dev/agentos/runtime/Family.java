package dev.agentos.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is whose living child, in the order of spawning. The list is threaded through the children themselves, under the guard of the
 * parent. Those without a parent are found in the directory. Thread-safe.
 */
final class Family {
    /** Adds a child. False: the parent is fenced, or stops and has told its children. */
    boolean add(AgentCell parent, AgentCell child) {
        Details details = parent.details();
        parent.lock();
        try {
            if (parent.has(LifeCell.FENCED | LifeCell.STOP)) {
                return false;
            }
            AgentCell last = details.lastChild;
            child.previousSibling = last;
            if (last == null) {
                details.firstChild = child;
            } else {
                last.nextSibling = child;
            }
            details.lastChild = child;
            return true;
        } finally {
            parent.unlock();
        }
    }

    void remove(AgentCell parent, AgentCell child) {
        Details details = parent.details();
        parent.lock();
        try {
            AgentCell previous = child.previousSibling;
            AgentCell next = child.nextSibling;
            if (previous == null && details.firstChild != child) {
                return; // taken off before
            }
            if (previous == null) {
                details.firstChild = next;
            } else {
                previous.nextSibling = next;
            }
            if (next == null) {
                details.lastChild = previous;
            } else {
                next.previousSibling = previous;
            }
            child.previousSibling = null;
            child.nextSibling = null;
        } finally {
            parent.unlock();
        }
    }

    /** {@return the living children, in the order they were spawned} */
    List<AgentCell> children(AgentCell parent) {
        Details details = parent.detailsIfAny();
        if (details == null) {
            return List.of();
        }
        var children = new ArrayList<AgentCell>();
        parent.lock();
        try {
            for (@Nullable AgentCell child = details.firstChild; child != null; child = child.nextSibling) {
                children.add(child);
            }
        } finally {
            parent.unlock();
        }
        return children;
    }

    boolean hasChildren(AgentCell parent) {
        Details details = parent.detailsIfAny();
        if (details == null) {
            return false;
        }
        parent.lock();
        try {
            return details.firstChild != null;
        } finally {
            parent.unlock();
        }
    }

    /** {@return the agent and all its living descendants, parents before children} */
    List<AgentCell> tree(AgentCell root) {
        var tree = new ArrayList<AgentCell>();
        collect(root, tree);
        return tree;
    }

    private void collect(AgentCell cell, List<AgentCell> into) {
        into.add(cell);
        for (AgentCell child : children(cell)) {
            collect(child, into);
        }
    }
}
