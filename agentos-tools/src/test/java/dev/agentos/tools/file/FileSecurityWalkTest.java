package dev.agentos.tools.file;

/** The F rows with the segment by segment walk that older kernels and some containers need. */
class FileSecurityWalkTest extends FileSecurityContract {
    @Override
    Opener opener() {
        return new Opener.Walk();
    }
}
