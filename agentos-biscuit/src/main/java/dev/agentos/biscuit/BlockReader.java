package dev.agentos.biscuit;

import biscuit.format.schema.Schema;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.agentos.api.error.TokenException;
import dev.agentos.api.token.TokenClaims;
import dev.agentos.api.token.TokenFault;
import dev.agentos.api.token.TokenTerms;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.biscuitsec.biscuit.datalog.SymbolTable;
import org.jspecify.annotations.Nullable;

/*
 * Not by the library's own reader, which builds whatever Datalog it is given: the few shapes that we write are recognised one by one
 * in the encoded form, and everything else is refused before there is an object of it. So a token can bring neither a rule that never
 * ends nor an expression that takes for ever, and nothing that is not understood here is understood by somebody else.
 */
/** Reads the blocks of one token, in their order. Not thread-safe. */
final class BlockReader {
    /** Versions that say what is said here alike: 3.0 to 3.3 of the Datalog. */
    private static final int MIN_VERSION = 3;

    private static final int MAX_VERSION = 6;
    private static final int MAX_FACTS = TokenClaims.MAX_CAPABILITIES + 3;
    private static final int MAX_CHECKS = 3;

    /** The words of the blocks so far; those that every implementation knows have lower numbers. */
    private final List<String> words = new ArrayList<>();

    private final Set<String> seen = new HashSet<>(SymbolTable.defaultSymbols);

    /** {@return what the next block states} */
    Statements read(ByteString data) {
        Schema.Block block;
        try {
            block = Schema.Block.parseFrom(data);
        } catch (InvalidProtocolBufferException e) {
            throw new TokenException(TokenFault.MALFORMED, "a block that is none", e);
        }
        requirePlain(block);
        for (String word : block.getSymbolsList()) {
            require(seen.add(word), "a word that was there before");
            words.add(word);
        }
        var facts = new Facts();
        block.getFactsV2List().forEach(facts::add);
        var checks = new Checks();
        block.getChecksV2List().forEach(checks::add);
        return new Statements(
                facts.version,
                facts.capabilities,
                checks.using,
                checks.audience,
                checks.expires,
                facts.holder,
                facts.handover);
    }

    /** {@return the words so far, for a block that is to follow} */
    SymbolTable words() {
        var table = new SymbolTable();
        words.forEach(table::add);
        return table;
    }

    private static void requirePlain(Schema.Block block) {
        Envelope.requireKnown(block, "block");
        require(
                block.getVersion() >= MIN_VERSION && block.getVersion() <= MAX_VERSION,
                "a block of version " + block.getVersion());
        require(block.getRulesV2Count() == 0, "a block with a rule");
        require(block.getScopeCount() == 0 && block.getPublicKeysCount() == 0, "a block with a scope");
        require(block.getContext().isEmpty(), "a block with a context");
        require(block.getFactsV2Count() <= MAX_FACTS, "a block with more than " + MAX_FACTS + " facts");
        require(block.getChecksV2Count() <= MAX_CHECKS, "a block with more than " + MAX_CHECKS + " checks");
        require(block.getFactsV2Count() + block.getChecksV2Count() > 0, "a block that says nothing");
    }

    private static void require(boolean holds, String what) {
        Envelope.require(holds, what);
    }

    private String word(long number) {
        long index = number - SymbolTable.DEFAULT_SYMBOLS_OFFSET;
        if (number >= 0 && number < SymbolTable.defaultSymbols.size()) {
            return SymbolTable.defaultSymbols.get((int) number);
        }
        require(index >= 0 && index < words.size(), "a word that is not in its list");
        return words.get((int) index);
    }

    private String text(Schema.TermV2 term) {
        requireTerm(term);
        require(term.hasString(), "a term that is no text");
        return word(term.getString());
    }

    private static void requireTerm(Schema.TermV2 term) {
        Envelope.requireKnown(term, "term");
    }

    /** The one term of a predicate. */
    private Schema.TermV2 only(Schema.PredicateV2 predicate) {
        Envelope.requireKnown(predicate, "predicate");
        require(predicate.getTermsCount() == 1, "a predicate without exactly one term");
        return predicate.getTerms(0);
    }

    /** The facts of a block. */
    private final class Facts {
        private final List<String> capabilities = new ArrayList<>();
        private @Nullable Long version;
        private @Nullable String holder;
        private @Nullable String handover;

        void add(Schema.FactV2 fact) {
            Envelope.requireKnown(fact, "fact");
            Schema.PredicateV2 predicate = fact.getPredicate();
            Schema.TermV2 term = only(predicate);
            String name = word(predicate.getName());
            switch (name) {
                case Words.TOKEN -> {
                    requireTerm(term);
                    require(version == null && term.hasInteger(), "another agentos_token");
                    version = term.getInteger();
                }
                case Words.CAPABILITY -> capabilities.add(text(term));
                case Words.HOLDER -> {
                    require(holder == null, "another holder");
                    holder = text(term);
                }
                case Words.HANDOVER -> {
                    require(handover == null, "another handover");
                    handover = text(term);
                }
                default -> throw new TokenException(TokenFault.MALFORMED, "a fact that is none of ours");
            }
        }
    }

    /** The checks of a block. */
    private final class Checks {
        private final Set<String> using = new LinkedHashSet<>();
        private final Set<String> audience = new LinkedHashSet<>();
        private @Nullable Long expires;

        void add(Schema.CheckV2 check) {
            Envelope.requireKnown(check, "check");
            require(check.getKind() == Schema.CheckV2.Kind.One, "a check that is not 'check if'");
            require(check.getQueriesCount() > 0, "a check of nothing");
            Schema.RuleV2 first = check.getQueries(0);
            require(first.getBodyCount() == 1, "a check of something else");
            String name = word(first.getBody(0).getName());
            switch (name) {
                case Words.USING -> addTexts(check, name, using, TokenClaims.MAX_CAPABILITIES);
                case Words.AUDIENCE -> addTexts(check, name, audience, TokenTerms.MAX_AUDIENCE);
                case Words.TIME -> {
                    require(expires == null && check.getQueriesCount() == 1, "another check of the time");
                    expires = end(first);
                }
                default -> throw new TokenException(TokenFault.MALFORMED, "a check that is none of ours");
            }
        }

        /** {@code check if name("a") or name("b")}. */
        private void addTexts(Schema.CheckV2 check, String name, Set<String> to, int most) {
            require(to.isEmpty(), "another check of the same");
            require(check.getQueriesCount() <= most, "a check with more than " + most + " alternatives");
            for (Schema.RuleV2 query : check.getQueriesList()) {
                Schema.PredicateV2 predicate = body(query);
                require(query.getExpressionsCount() == 0, "a check with an expression");
                require(word(predicate.getName()).equals(name), "a check of several things");
                require(to.add(text(only(predicate))), "an alternative that was there before");
            }
        }

        /** {@code check if time($t), $t < DATE}. */
        private long end(Schema.RuleV2 query) {
            Schema.TermV2 variable = only(body(query));
            requireTerm(variable);
            require(
                    variable.hasVariable() && query.getExpressionsCount() == 1,
                    "a check of the time that is none of ours");
            Schema.ExpressionV2 expression = query.getExpressions(0);
            Envelope.requireKnown(expression, "expression");
            require(expression.getOpsCount() == 3, "an expression that is none of ours");
            Schema.TermV2 left = value(expression.getOps(0));
            Schema.TermV2 right = value(expression.getOps(1));
            Schema.Op less = expression.getOps(2);
            require(
                    left.hasVariable() && left.getVariable() == variable.getVariable() && right.hasDate(),
                    "an expression of other terms");
            require(
                    less.hasBinary()
                            && known(less)
                            && known(less.getBinary())
                            && less.getBinary().getKind() == Schema.OpBinary.Kind.LessThan,
                    "an expression other than 'is before'");
            require(right.getDate() >= 0 && right.getDate() <= Words.LAST_SECOND, "a date that is none");
            return right.getDate();
        }

        private static boolean known(Message message) {
            Envelope.requireKnown(message, "operation");
            return true;
        }

        private static Schema.TermV2 value(Schema.Op op) {
            require(op.hasValue() && known(op), "an expression that is none of ours");
            requireTerm(op.getValue());
            return op.getValue();
        }

        /** The one predicate of a query; what its head is called nobody looks at. */
        private static Schema.PredicateV2 body(Schema.RuleV2 query) {
            Envelope.requireKnown(query, "query");
            Envelope.requireKnown(query.getHead(), "predicate");
            require(query.getScopeCount() == 0, "a query with a scope");
            require(query.getHead().getTermsCount() == 0, "a query with a result");
            require(query.getBodyCount() == 1, "a query of several things");
            return query.getBody(0);
        }
    }
}
