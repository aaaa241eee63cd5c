package dev.agentos.verify.formal;

import edu.mit.csail.sdg.alloy4.A4Reporter;
import edu.mit.csail.sdg.alloy4.ErrorWarning;
import edu.mit.csail.sdg.ast.Command;
import edu.mit.csail.sdg.parser.CompModule;
import edu.mit.csail.sdg.parser.CompUtil;
import edu.mit.csail.sdg.translator.A4Options;
import edu.mit.csail.sdg.translator.A4Solution;
import edu.mit.csail.sdg.translator.TranslateAlloyToKodkod;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import kodkod.engine.satlab.SATFactory;

/**
 * Runs all commands of the models named as its arguments and prints a line for each, with a tab between: file, label,
 * {@code check} or {@code run}, what it expects, whether there is an instance, milliseconds of processor time, and the states of that
 * instance with {@code ⏎} for a line end.
 *
 * <p>A program of its own since the tool is one jar with old copies of half a dozen libraries inside: it has a class path to itself.
 */
final class AlloyProgram {
    private AlloyProgram() {}

    public static void main(String[] files) {
        for (String file : files) {
            CompModule model = CompUtil.parseEverything_fromFile(new Strict(file), null, file);
            if (model.getAllCommands().isEmpty()) {
                throw new IllegalStateException(file + " has no commands");
            }
            for (Command command : model.getAllCommands()) {
                System.out.println(file + "\t" + run(model, command));
            }
        }
    }

    private static String run(CompModule model, Command command) {
        var options = new A4Options();
        options.solver = SATFactory.get("sat4j"); // pure Java, so that it runs everywhere, and alike
        long start = processorTime();

        A4Solution solution =
                TranslateAlloyToKodkod.execute_command(A4Reporter.NOP, model.getAllReachableSigs(), command, options);

        long millis = TimeUnit.NANOSECONDS.toMillis(processorTime() - start);
        String instance =
                solution.satisfiable() ? solution.toString().replace("\n", "⏎").replace('\t', ' ') : "";
        return String.join(
                "\t",
                command.label,
                command.check ? "check" : "run",
                String.valueOf(command.expects),
                String.valueOf(solution.satisfiable()),
                String.valueOf(millis),
                instance);
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Has a warning end the program: an expression that is always empty proves nothing. */
    private static final class Strict extends A4Reporter {
        private final String file;

        Strict(String file) {
            this.file = file;
        }

        @Override
        public void warning(ErrorWarning warning) {
            throw new IllegalStateException(file + ": " + warning);
        }
    }
}
