package org.altdsl.runtime.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds a data file or the folder of a data set by name, in a fixed order of folders.
 *
 * <p>The order is: folders given explicitly; those of the environment variable {@code ALTDSL_DATA}, separated as in
 * {@code PATH}; the user's data folder ({@code $XDG_DATA_HOME/altdsl/data} or {@code ~/.local/share/altdsl/data}); the
 * usual folders of the system, where operating-system packages put data sets. Folder names match whatever their case,
 * {@code -} and {@code _}, so that {@code fashion-mnist} is {@code FashionMNIST}.
 */
public final class DataLocator {
    /** The environment variable with folders to search. */
    public static final String VARIABLE = "ALTDSL_DATA";

    private static final List<Path> SYSTEM_FOLDERS = List.of(
            Path.of("/usr/share/datasets"), Path.of("/usr/share/altdsl/data"), Path.of("/usr/local/share/altdsl/data"));

    private final List<Path> searchPath;
    private final Path userFolder;
    private DataCatalogue catalogue;

    /**
     * A locator for one run of the program.
     *
     * @param folders the folders to search first, in order
     * @param environment the environment variables
     */
    public DataLocator(List<Path> folders, Map<String, String> environment) {
        this(folders, environment, SYSTEM_FOLDERS);
    }

    DataLocator(List<Path> folders, Map<String, String> environment, List<Path> systemFolders) {
        this.userFolder = userFolder(environment);
        Collection<Path> ordered = new LinkedHashSet<>(folders);
        for (String folder : environment.getOrDefault(VARIABLE, "").split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                ordered.add(path(folder.strip(), VARIABLE));
            }
        }
        ordered.add(userFolder);
        ordered.addAll(systemFolders);
        this.searchPath = List.copyOf(ordered);
    }

    /** The folders that are searched, in order. */
    public List<Path> searchPath() {
        return searchPath;
    }

    /** The user's own data folder, where downloads go unless told otherwise. */
    public Path userFolder() {
        return userFolder;
    }

    /** The data sets known by name. */
    public synchronized DataCatalogue catalogue() {
        if (catalogue == null) {
            // Read when first asked for: most runs find their data without it.
            catalogue = DataCatalogue.shipped();
        }
        return catalogue;
    }

    /**
     * The file or folder of a name.
     *
     * @param name a file name, gzipped or not, or the name of a data set
     * @throws DataException if it is nowhere, with all places that were searched and what to do
     */
    public Path find(String name) {
        return find(name, List.of());
    }

    /** As {@link #find(String)}, with folders that are searched before the others. */
    Path find(String name, List<Path> firstFolders) {
        Collection<Path> folders = new LinkedHashSet<>(firstFolders);
        folders.addAll(searchPath);
        return folders.stream()
                // The folder of an experiment is often named after its data, and is not the data set itself.
                .map(folder -> inFolder(folder, name, !firstFolders.contains(folder)))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> underOtherName(name, folders))
                .orElseThrow(() -> new DataException(name, notFound(name, folders)));
    }

    /** A data set that lies where its archive was unpacked, or packed as it was downloaded. */
    private Optional<Path> underOtherName(String name, Collection<Path> folders) {
        return catalogue().find(name).stream()
                .flatMap(entry -> entry.otherNames().stream())
                .flatMap(other -> folders.stream().flatMap(folder -> inFolder(folder, other, true).stream()))
                .findFirst();
    }

    /**
     * The file or folder of a name in one folder, if it is there.
     *
     * @param mayBeIt whether the folder itself may be what is looked for
     */
    private static Optional<Path> inFolder(Path folder, String name, boolean mayBeIt) {
        Path relative = path(name, name);
        Path exact = folder.resolve(relative);
        if (Files.exists(exact)) {
            return Optional.of(exact);
        }
        Path zipped = folder.resolve(name + ".gz");
        if (Files.isRegularFile(zipped)) {
            return Optional.of(zipped);
        }
        Path parent = exact.getParent();
        String wanted = DataCatalogue.plainName(String.valueOf(relative.getFileName()));
        // An explicit folder may be the data set itself and not the folder around it.
        if (mayBeIt && relative.getNameCount() == 1 && !relative.isAbsolute() && sameName(folder, wanted)) {
            return Optional.of(folder);
        }
        if (parent == null || !Files.isDirectory(parent)) {
            return Optional.empty();
        }
        try (Stream<Path> members = Files.list(parent)) {
            // Sorted, since the order of a folder's members differs from machine to machine.
            return members.filter(member -> sameName(member, wanted)).sorted().findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean sameName(Path folder, String plainName) {
        return folder.getFileName() != null
                && DataCatalogue.plainName(folder.getFileName().toString()).equals(plainName)
                && Files.isDirectory(folder);
    }

    private String notFound(String name, Collection<Path> folders) {
        StringBuilder text = new StringBuilder("was not found. Looked in:");
        for (Path folder : folders) {
            text.append("\n    ").append(folder);
            if (!Files.isDirectory(folder)) {
                text.append(" (does not exist)");
            }
        }
        Optional<DataCatalogue.Entry> known = catalogue().find(name).filter(entry -> !entry.shipped());
        if (known.isEmpty()) {
            return text.append("\nPut it into one of these folders, or name its folder in the environment variable ")
                    .append(VARIABLE)
                    .append('.')
                    .toString();
        }
        return text.append('\n').append(howToGet(known.get(), userFolder)).toString();
    }

    /** What to do to have a data set: the command, the system package, and the files by hand. */
    static String howToGet(DataCatalogue.Entry entry, Path dataFolder) {
        StringBuilder text = new StringBuilder("To get it, run:\n    altdsl data get ").append(entry.name());
        if (entry.systemPackage() != null) {
            text.append("\nor install the package\n    ").append(entry.systemPackage());
        }
        text.append("\nor put these files, gzipped or not, into ").append(dataFolder.resolve(entry.name()));
        for (DataCatalogue.RemoteFile file : entry.files()) {
            text.append("\n    ").append(file.name()).append("  from ").append(file.url());
        }
        return text.toString();
    }

    private static Path userFolder(Map<String, String> environment) {
        String dataHome = environment.getOrDefault("XDG_DATA_HOME", "");
        // The XDG base directory specification says to ignore a relative path.
        if (!dataHome.isBlank() && path(dataHome, "XDG_DATA_HOME").isAbsolute()) {
            return Path.of(dataHome, "altdsl", "data");
        }
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return path(home, "HOME").resolve(Path.of(".local", "share", "altdsl", "data"));
    }

    private static Path path(String text, String what) {
        try {
            return Path.of(text);
        } catch (InvalidPathException invalid) {
            throw new DataException(what, "'" + text + "' is not a path: " + invalid.getReason(), invalid);
        }
    }
}
