package dev.agentos.isolated.child;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import dev.agentos.api.message.Address;
import dev.agentos.api.security.Action;
import dev.agentos.api.security.Capabilities;
import dev.agentos.api.security.Capability;
import dev.agentos.api.security.Explanation;
import dev.agentos.api.security.Grant;
import dev.agentos.api.security.Revocation;
import dev.agentos.isolated.wire.Failures;
import java.util.List;

/** What an agent does with its rights, as the host does it. */
final class RemoteCapabilities implements Capabilities {
    private final RemoteContext context;

    RemoteCapabilities(RemoteContext context) {
        this.context = context;
    }

    @Override
    public List<Grant> held() {
        return grants("rights.held");
    }

    @Override
    public List<Grant> lent() {
        return grants("rights.lent");
    }

    private List<Grant> grants(String call) {
        return context.grants(context.ask(Connection.call(call)));
    }

    @Override
    public Grant attenuate(Grant grant, Capability narrower) {
        return grant(about("rights.attenuate", grant).put("capability", narrower.toString()));
    }

    @Override
    public Grant delegate(Grant grant, Address to) {
        return grant(about("rights.delegate", grant).put("to", to.path()));
    }

    @Override
    public Grant delegate(Grant grant, Capability narrower, Address to) {
        return grant(about("rights.delegate", grant)
                .put("capability", narrower.toString())
                .put("to", to.path()));
    }

    @Override
    public Revocation revoke(Grant grant) {
        JsonValue revocation = context.ask(about("rights.revoke", grant));
        return new Revocation(
                revocation.at("grant").number().longValueExact(),
                Texts.of(revocation.at("inFlight")),
                Texts.of(revocation.at("cancelled")));
    }

    @Override
    public Explanation explain(Action action) {
        throw new UnsupportedOperationException(
                "an explanation names grants and rules that do not cross to an isolated agent; ask wouldAllow(action)");
    }

    @Override
    public boolean wouldAllow(Action action) {
        return context.ask(Connection.call("rights.wouldAllow").put("action", Failures.out(action)))
                .bool();
    }

    private static JsonObject.Builder about(String call, Grant grant) {
        return Connection.call(call).put("grant", RemoteGrant.of(grant).number());
    }

    private Grant grant(JsonObject.Builder question) {
        return new RemoteGrant(context.host(), context.ask(question));
    }
}
