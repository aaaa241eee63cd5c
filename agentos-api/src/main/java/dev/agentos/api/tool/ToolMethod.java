package dev.agentos.api.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method a tool, named by the prefix given to {@code toolsFrom} and the method's name. Its parameters become the
 * JSON Schema: strings, numbers, booleans, enums, records, lists and maps of these; an {@code Optional} parameter may be
 * left out; one {@link ToolContext} is passed in. Compile with {@code -parameters}.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ToolMethod {
    /** {@return what it does, for whoever chooses a tool} */
    String value();

    /** {@return what calling it does to the world} */
    Effect effect() default Effect.EFFECT;

    /** {@return how long a call may take, in ISO-8601 form} */
    String timeout() default "PT1M";

    /** {@return the version of the tool} */
    String version() default "1";

    /** {@return what becomes of a call in flight when a grant behind it is revoked} */
    OnRevoke onRevoke() default OnRevoke.FINISH;

    /** {@return whether what it returns may be written by strangers; see {@link ToolSpec#untrusted}} */
    boolean untrusted() default false;
}
