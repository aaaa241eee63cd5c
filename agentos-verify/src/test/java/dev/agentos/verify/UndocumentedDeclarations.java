package dev.agentos.verify;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Finds public declarations without a javadoc comment. Doclint can do it only together with its wish for a tag for every
 * parameter, which STYLE 7 does not share.
 */
final class UndocumentedDeclarations extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree file;
    private final DocTrees docs;
    private final List<String> found;

    private UndocumentedDeclarations(CompilationUnitTree file, DocTrees docs, List<String> found) {
        this.file = file;
        this.docs = docs;
        this.found = found;
    }

    static List<String> of(List<Path> sources) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var found = new ArrayList<String>();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new UndocumentedDeclarations(unit, docs, found).scan(unit, null);
            }
        }
        return found;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
        if (!isPublic(type.getModifiers())) {
            return null; // nothing inside can be seen either
        }
        check(type.getSimpleName().toString());
        return super.visitClass(type, unused);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
        boolean overrides = method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().equals("Override"));
        if (isPublic(method.getModifiers()) && !overrides) {
            check(method.getName() + "()");
        }
        return null; // local classes are nobody's API
    }

    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable Void unused) {
        if (isPublic(variable.getModifiers()) && !isRecordComponent()) {
            check(variable.getName().toString());
        }
        return null;
    }

    private void check(String name) {
        if (docs.getDocComment(getCurrentPath()) == null) {
            long line = file.getLineMap()
                    .getLineNumber(docs.getSourcePositions()
                            .getStartPosition(file, getCurrentPath().getLeaf()));
            String source = Path.of(file.getSourceFile().toUri()).getFileName().toString();
            found.add(source + ":" + line + " " + name);
        }
    }

    /** Members of interfaces are public without saying so; constants of an enum carry the flag already. */
    private boolean isPublic(ModifiersTree modifiers) {
        Set<Modifier> flags = modifiers.getFlags();
        return flags.contains(Modifier.PUBLIC) || (isInInterface() && !flags.contains(Modifier.PRIVATE));
    }

    private boolean isInInterface() {
        Tree.Kind parent = getCurrentPath().getParentPath().getLeaf().getKind();
        return parent == Tree.Kind.INTERFACE || parent == Tree.Kind.ANNOTATION_TYPE;
    }

    /** Components are described by the tags of their record. */
    private boolean isRecordComponent() {
        return getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
    }
}
