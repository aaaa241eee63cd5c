/** The test kit together with the runtime: it cannot depend on one, so these tests live here. */
@NullMarked
package dev.agentos.verify.testkit;

import org.jspecify.annotations.NullMarked;
