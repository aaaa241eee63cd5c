package dev.agentos.biscuit;

import com.google.protobuf.ByteString;
import dev.agentos.api.token.TokenClaims;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.biscuitsec.biscuit.datalog.SymbolTable;
import org.biscuitsec.biscuit.error.Error;
import org.biscuitsec.biscuit.token.builder.Block;
import org.biscuitsec.biscuit.token.builder.Check;
import org.biscuitsec.biscuit.token.builder.Expression;
import org.biscuitsec.biscuit.token.builder.Rule;
import org.biscuitsec.biscuit.token.builder.Term;
import org.biscuitsec.biscuit.token.builder.Utils;
import org.jspecify.annotations.Nullable;

/** Writes blocks with the library's builders: objects, never text, so that no name can be taken for Datalog. */
final class BlockWriter {
    private static final String NOW = "now";

    private BlockWriter() {}

    /** {@return a first block} */
    static ByteString first(TokenClaims claims) {
        var block = new Block();
        add(block, Words.TOKEN, new Term.Integer(1));
        add(block, Words.HOLDER, new Term.Str(claims.holder().toString()));
        addCapabilities(block, claims);
        addAudience(block, claims);
        addExpiry(block, claims);
        return built(block, new SymbolTable());
    }

    /**
     * Returns a block with what has become less.
     *
     * @param words what the blocks before have spelt out
     * @param handover null if the holder is the same
     */
    static ByteString later(TokenClaims claims, TokenClaims before, SymbolTable words, @Nullable String handover) {
        var block = new Block();
        if (!claims.capabilities().equals(before.capabilities())) {
            addCapabilities(block, claims);
        }
        if (!claims.audience().equals(before.audience())) {
            addAudience(block, claims);
        }
        if (!claims.expires().equals(before.expires())) {
            addExpiry(block, claims);
        }
        if (handover != null) {
            add(block, Words.HOLDER, new Term.Str(claims.holder().toString()));
            add(block, Words.HANDOVER, new Term.Str(handover));
        }
        return built(block, words);
    }

    private static void addCapabilities(Block block, TokenClaims claims) {
        List<String> texts =
                claims.capabilities().stream().map(Object::toString).toList();
        texts.forEach(text -> add(block, Words.CAPABILITY, new Term.Str(text)));
        block.add_check(oneOf(Words.USING, texts));
    }

    private static void addAudience(Block block, TokenClaims claims) {
        block.add_check(oneOf(Words.AUDIENCE, claims.audience()));
    }

    private static void addExpiry(Block block, TokenClaims claims) {
        var now = new Term.Variable(NOW);
        var end = new Term.Date(claims.expires().getEpochSecond());
        var before =
                new Expression.Binary(Expression.Op.LessThan, new Expression.Value(now), new Expression.Value(end));
        Rule query = Utils.constrained_rule(
                "query",
                new ArrayList<>(),
                new ArrayList<>(List.of(Utils.pred(Words.TIME, List.of(now)))),
                List.of(before));
        block.add_check(Utils.check(query));
    }

    private static Check oneOf(String name, Collection<String> texts) {
        var queries = new ArrayList<Rule>();
        for (String text : texts) {
            queries.add(Utils.rule(
                    "query",
                    new ArrayList<>(),
                    new ArrayList<>(List.of(Utils.pred(name, List.of(new Term.Str(text)))))));
        }
        return new Check(org.biscuitsec.biscuit.datalog.Check.Kind.One, queries);
    }

    private static void add(Block block, String name, Term term) {
        try {
            block.add_fact(Utils.fact(name, List.of(term)));
        } catch (Error.Language e) {
            throw new IllegalStateException("a fact of ours has no variable", e);
        }
    }

    private static ByteString built(Block block, SymbolTable words) {
        return block.build(words).serialize().toByteString();
    }
}
