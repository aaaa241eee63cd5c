/** JSON-RPC 2.0 over a Unix domain socket, one document a line: both ends. */
@NullMarked
package dev.agentos.cli.rpc;

import org.jspecify.annotations.NullMarked;
