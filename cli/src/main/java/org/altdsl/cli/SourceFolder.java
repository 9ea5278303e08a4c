package org.altdsl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.altdsl.names.RuleLibrary;
import org.altdsl.source.SourceFile;

/** Files as the user names them, and what they import: a file's neighbours first, then the standard library. */
final class SourceFolder implements RuleLibrary {
    private static final String RULES = ".rule";
    private static final String EXPERIMENTS = ".exp";

    private final StandardLibrary standard = new StandardLibrary();
    private final Map<String, Path> paths = new HashMap<>();

    StandardLibrary standard() {
        return standard;
    }

    /** A path as the user writes it. */
    static Path path(String written) {
        try {
            return Path.of(written);
        } catch (InvalidPathException invalid) {
            throw new Failure(ExitCode.USAGE, "'" + written + "' is not a path: " + invalid.getReason());
        }
    }

    /** Reads a file of the user's. */
    SourceFile read(String written) {
        Path path = path(written);
        if (Files.isDirectory(path)) {
            throw new Failure(ExitCode.CANNOT_READ, "cannot read " + written + ": it is a folder");
        }
        return read(written, path);
    }

    private SourceFile read(String shown, Path path) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (AccessDeniedException denied) {
            throw new Failure(ExitCode.CANNOT_READ, "cannot read " + shown + ": permission denied");
        } catch (IOException failure) {
            throw new Failure(
                    ExitCode.CANNOT_READ,
                    "cannot read " + shown + ": " + (Files.exists(path) ? "input/output error" : "no such file"));
        }
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            paths.put(shown, path);
            return new SourceFile(shown, text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (CharacterCodingException notText) {
            throw new Failure(ExitCode.CANNOT_READ, "cannot read " + shown + ": it is not UTF-8 text");
        }
    }

    /**
     * The files behind arguments: files as they are, every rule and experiment file of a folder, a file of the standard
     * library by its name, and all of it for {@code stdlib}.
     */
    List<SourceFile> expand(List<String> arguments) {
        List<SourceFile> files = new ArrayList<>();
        for (String argument : arguments) {
            Path path = path(argument);
            if (Files.isDirectory(path)) {
                files.addAll(folder(argument, path));
            } else if (Files.exists(path)) {
                files.add(read(argument));
            } else if (argument.equals("stdlib")) {
                standard.names().forEach(name -> standard.find(name).ifPresent(files::add));
            } else {
                files.add(standard.find(argument).orElseGet(() -> read(argument)));
            }
        }
        return files;
    }

    private List<SourceFile> folder(String shown, Path folder) {
        List<Path> found;
        try (Stream<Path> walk = Files.walk(folder)) {
            found = walk.filter(Files::isRegularFile)
                    .filter(file ->
                            file.toString().endsWith(RULES) || file.toString().endsWith(EXPERIMENTS))
                    .sorted()
                    .toList();
        } catch (IOException | java.io.UncheckedIOException failure) {
            throw new Failure(ExitCode.CANNOT_READ, "cannot read the folder " + shown);
        }
        if (found.isEmpty()) {
            throw new Failure(ExitCode.CANNOT_READ, "there is no .rule or .exp file in " + shown);
        }
        return found.stream().map(file -> read(file.toString(), file)).toList();
    }

    @Override
    public Optional<SourceFile> find(String name, SourceFile importer) {
        Path own = paths.get(importer.name());
        if (own != null) {
            Path beside = own.resolveSibling(name + RULES);
            if (Files.isRegularFile(beside)) {
                return Optional.of(read(beside.toString(), beside));
            }
        }
        return standard.find(name);
    }

    @Override
    public List<String> names(SourceFile importer) {
        List<String> names = new ArrayList<>();
        Path own = paths.get(importer.name());
        if (own != null) {
            Path folder = Optional.ofNullable(own.getParent()).orElse(Path.of(""));
            try (Stream<Path> members = Files.list(folder)) {
                members.map(member -> member.getFileName().toString())
                        .filter(member -> member.endsWith(RULES))
                        .sorted()
                        .forEach(member -> names.add(member.substring(0, member.length() - RULES.length())));
            } catch (IOException unreadable) {
                // Only suggestions come from here; a folder that cannot be listed gives none.
                names.clear();
            }
        }
        names.addAll(standard.names());
        return names;
    }
}
