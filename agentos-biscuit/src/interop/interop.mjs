// Reads an array of commands as JSON from standard input, writes an array of results to standard output.
import {
  Biscuit,
  BiscuitBuilder,
  BlockBuilder,
  KeyPair,
  PublicKey,
  SignatureAlgorithm,
  authorizer,
} from "@biscuit-auth/biscuit-wasm";
import { readFileSync } from "node:fs";

const algorithms = {
  ed25519: SignatureAlgorithm.Ed25519,
  p256: SignatureAlgorithm.Secp256r1,
};

// Keys as AgentOS writes them: algorithm, slash, hexadecimal digits.
function publicKey(text) {
  const [algorithm, hex] = text.split("/");
  return PublicKey.fromString(hex, algorithms[algorithm]);
}

function keyText(algorithm, key) {
  return algorithm + "/" + key.toString().replace(/^.*\//, "");
}

const commands = {
  // What a verifier does that knows Biscuit, and of AgentOS the names time, audience and using.
  verify({ token, root, time, audience, using }) {
    const parsed = Biscuit.fromBase64(token, publicKey(root));
    const builder = authorizer`time(${new Date(time)}); audience(${audience}); allow if true;`;
    for (const text of using) {
      builder.addCodeWithParameters("using({text});", { text }, {});
    }
    builder.buildAuthenticated(parsed).authorizeWithLimits({ max_facts: 1000, max_iterations: 100, max_time_micro: 30_000_000 });
    return {
      ids: parsed.getRevocationIdentifiers().map((id) => (typeof id === "string" ? id : Buffer.from(id).toString("hex"))),
    };
  },

  mint({ code, algorithm, keyId }) {
    const pair = new KeyPair(algorithms[algorithm]);
    const builder = new BiscuitBuilder();
    builder.addCode(code);
    if (keyId) {
      builder.setRootKeyId(keyId);
    }
    return {
      token: builder.build(pair.getPrivateKey()).toBase64(),
      root: keyText(algorithm, pair.getPublicKey()),
    };
  },

  attenuate({ token, root, code }) {
    const builder = new BlockBuilder();
    builder.addCode(code);
    return { token: Biscuit.fromBase64(token, publicKey(root)).appendBlock(builder).toBase64() };
  },
};

const results = JSON.parse(readFileSync(0, "utf8")).map((command) => {
  try {
    return { ok: true, ...commands[command.do](command) };
  } catch (refused) {
    return { ok: false, error: typeof refused === "object" ? JSON.stringify(refused) + " " + (refused.message ?? "") : String(refused) };
  }
});
process.stdout.write(JSON.stringify(results));
