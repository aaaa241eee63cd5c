package dev.agentos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.json.JsonValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code doctor}, which needs no daemon. */
class DoctorCommandTest {
    @Test
    void doctor_saysWhatEachSandboxGivesHere() {
        Invocation doctor = Invocation.of("doctor", "--json");

        JsonObject document = doctor.json();
        List<JsonValue> sandboxes = document.at("sandboxes").asArray().elements();
        JsonValue first = sandboxes.getFirst();
        assertThat(sandboxes).extracting(each -> each.at("name").text()).contains("linux", "none");
        assertThat(first.at("name").text()).isEqualTo("linux");
        assertThat(first.at("byDefault").bool()).isTrue();
        assertThat(document.at("confined").bool())
                .isEqualTo(!first.at("level").text().equals("NONE"));
        assertThat(doctor.exit()).isEqualTo(document.at("confined").bool() ? ExitCode.DONE : ExitCode.FAILED);
        for (JsonValue feature : first.at("features").asArray().elements()) {
            assertThat(feature.at("by").text()).as(feature.toString()).isNotBlank();
            assertThat(feature.at("remedy").text().isEmpty())
                    .as("what is missing says how to get it: " + feature)
                    .isEqualTo(feature.at("present").bool());
        }
    }

    @Test
    void doctor_showsTheSameToPeople() {
        Invocation doctor = Invocation.of("doctor");

        assertThat(doctor.out())
                .startsWith(System.getProperty("os.name"))
                .contains("sandbox 'linux', used unless another is chosen: ", "sandbox 'none': NONE");
    }
}
