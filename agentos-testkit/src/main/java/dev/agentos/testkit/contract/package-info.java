/** What every implementation of an SPI has to pass: implement the interface in a test class and open the subject. */
@NullMarked
package dev.agentos.testkit.contract;

import org.jspecify.annotations.NullMarked;
