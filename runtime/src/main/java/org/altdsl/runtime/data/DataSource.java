package org.altdsl.runtime.data;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Reads data files by name: the {@code csv}, {@code idx}, {@code npy}, {@code npz} and {@code records} of a data set
 * declaration.
 *
 * <p>A name is looked up among the shipped data sets, then in the experiment's folder, then by the
 * {@link DataLocator}. Writing {@code ./digits.csv} skips the shipped data sets. Every failure is a
 * {@link DataException}.
 */
public final class DataSource {
    private final DataLocator locator;
    private final List<Path> baseFolder;
    private final DataMemory memory;

    /**
     * A source for the data sets of one experiment.
     *
     * @param locator finds what the experiment does not bring along
     * @param baseFolder the folder of the experiment
     */
    public DataSource(DataLocator locator, Path baseFolder) {
        this(locator, baseFolder, DataMemory.standard());
    }

    /** As above, with the memory that the data may take; what is larger is read in pieces. */
    public DataSource(DataLocator locator, Path baseFolder, DataMemory memory) {
        this.locator = requireNonNull(locator);
        this.baseFolder = List.of(baseFolder);
        this.memory = requireNonNull(memory);
    }

    /** The memory that the data may take. */
    public DataMemory memory() {
        return memory;
    }

    /** A table of numbers from comma-separated text, whose first line may name the columns; lines x columns. */
    public Table csv(String name) {
        return csv(name, CsvHeader.DETECT);
    }

    /**
     * A table of numbers from comma-separated text; lines x columns.
     *
     * @param name the file, gzipped or not
     * @param header whether the first line names the columns
     */
    public Table csv(String name, CsvHeader header) {
        Optional<DataCatalogue.Entry> shipped = shipped(name);
        if (shipped.isPresent()) {
            return shippedTable(shipped.get(), header);
        }
        return csv(locate(name), header);
    }

    /**
     * An array of an IDX file.
     *
     * @param folder the data set's folder
     * @param stem the file's name without {@code .gz}, for example {@code train-images-idx3-ubyte}
     */
    public Table idx(String folder, String stem) {
        Path found = locate(folder);
        return idx(idxFile(found, stem)
                .orElseThrow(() -> new DataException(
                        found.toString(), "has no file " + stem + " or " + stem + ".gz" + incomplete(folder))));
    }

    /** An array of an NPY file. */
    public Table npy(String name) {
        return npy(locate(name));
    }

    /**
     * An array of an NPZ archive.
     *
     * @param name the archive
     * @param array the name of the array in the archive
     */
    public Table npz(String name, String array) {
        return NpzReader.read(locate(name), array, memory);
    }

    /**
     * The samples of some files of fixed-size records without a header, one file after the other; records x bytes.
     *
     * @param folder the data set's folder, which holds the files, a folder with them, or a tar archive of them; or the
     *     archive itself
     * @param recordBytes how many bytes a sample has
     * @param files the names of the files
     */
    public Table records(String folder, int recordBytes, List<String> files) {
        Path found = locate(folder);
        List<Path> places = new ArrayList<>(List.of(found));
        places.addAll(Files.isDirectory(found) ? members(found, Files::isDirectory) : List.of());
        Optional<Path> place = places.stream()
                .filter(candidate -> Files.isRegularFile(candidate.resolve(files.get(0))))
                .findFirst();
        if (place.isPresent()) {
            return Table.joined(files.stream()
                    .map(file -> RecordReader.read(present(place.get(), file, folder), recordBytes, memory))
                    .toList());
        }
        Optional<Path> archive = Files.isDirectory(found)
                ? members(found, DataSource::isArchive).stream().findFirst()
                : Optional.of(found);
        if (archive.isEmpty()) {
            throw new DataException(found.toString(), "has no file " + files.get(0) + incomplete(folder));
        }
        Map<String, Table> tables = RecordReader.members(archive.get(), files::contains, recordBytes, memory);
        return Table.joined(files.stream()
                .map(file -> Optional.ofNullable(tables.get(file))
                        .orElseThrow(() -> new DataException(archive.get().toString(), "has no member " + file)))
                .toList());
    }

    private Path present(Path place, String file, String folder) {
        Path path = place.resolve(file);
        if (!Files.isRegularFile(path)) {
            throw new DataException(place.toString(), "has no file " + file + incomplete(folder));
        }
        return path;
    }

    private static boolean isArchive(Path file) {
        return file.getFileName().toString().matches("(?i).*\\.(tar|tgz|tar\\.gz)");
    }

    /**
     * Where a data file or data set is, and the shapes of its arrays; reads it whole, so damage is found too.
     *
     * @param name a file, a folder of data files or a data set of the catalogue
     */
    public DataDescription describe(String name) {
        Optional<DataCatalogue.Entry> shipped =
                shipped(name).or(() -> locator.catalogue().find(name).filter(DataCatalogue.Entry::shipped));
        if (shipped.isPresent()) {
            Table table = shippedTable(shipped.get(), CsvHeader.DETECT);
            String file = DataCatalogue.shippedFileName(shipped.get());
            return new DataDescription(name, "part of altdsl", shipped, List.of(DataDescription.Part.of(file, table)));
        }
        Path found = locate(name);
        Optional<DataCatalogue.Entry> entry = locator.catalogue().find(name);
        int recordBytes = entry.map(DataCatalogue.Entry::recordBytes).orElse(1);
        List<DataDescription.Part> parts =
                Files.isDirectory(found) ? partsOfFolder(found, recordBytes) : parts(found, recordBytes);
        if (parts.isEmpty()) {
            throw new DataException(found.toString(), "has no data file; expected " + DataFormat.endings());
        }
        return new DataDescription(name, found.toAbsolutePath().toString(), entry, parts);
    }

    private Path locate(String name) {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException invalid) {
            throw new DataException(name, "is not a path: " + invalid.getReason(), invalid);
        }
        if (path.isAbsolute() && !Files.exists(path)) {
            throw new DataException(name, "there is no such file or folder");
        }
        return path.isAbsolute() ? path : locator.find(name, baseFolder);
    }

    private Optional<DataCatalogue.Entry> shipped(String name) {
        return locator.catalogue().shippedFile(name);
    }

    private Table shippedTable(DataCatalogue.Entry entry, CsvHeader header) {
        String origin = DataCatalogue.shippedFileName(entry) + " (part of altdsl)";
        return CsvReader.read(ByteInput.of(DataCatalogue.shippedBytes(entry), origin), header, memory);
    }

    private static Optional<Path> idxFile(Path folder, String stem) {
        // Some mirrors write train-images.idx3-ubyte, and PyTorch keeps the files in a folder raw.
        Collection<String> names = new LinkedHashSet<>(List.of(stem, stem.replace("-idx", ".idx")));
        return Stream.of(folder, folder.resolve("raw"))
                .flatMap(place -> names.stream()
                        .flatMap(name -> Stream.of(name, name + ".gz"))
                        .map(place::resolve))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private String incomplete(String folder) {
        return locator.catalogue()
                .find(folder)
                .map(entry -> "; the data set is incomplete. " + DataLocator.howToGet(entry, locator.userFolder()))
                .orElse("");
    }

    private Table csv(Path file, CsvHeader header) {
        try (ByteInput input = ByteInput.open(file)) {
            return CsvReader.read(input, header, memory);
        }
    }

    private Table idx(Path file) {
        try (ByteInput input = ByteInput.open(file)) {
            return IdxReader.read(input, memory);
        }
    }

    private Table npy(Path file) {
        try (ByteInput input = ByteInput.open(file)) {
            return NpyReader.read(input, memory);
        }
    }

    private List<DataDescription.Part> partsOfFolder(Path folder, int recordBytes) {
        List<Path> files = new ArrayList<>(members(folder, Files::isRegularFile));
        for (Path inner : members(folder, Files::isDirectory)) {
            files.addAll(members(inner, Files::isRegularFile));
        }
        return files.stream()
                .filter(file -> DataFormat.of(file).isPresent())
                .flatMap(file -> parts(file, recordBytes).stream())
                .toList();
    }

    private static List<Path> members(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> members = Files.list(folder)) {
            return members.filter(wanted).sorted().toList();
        } catch (IOException failure) {
            throw new DataException(folder.toString(), "the folder cannot be read: " + failure, failure);
        }
    }

    private List<DataDescription.Part> parts(Path file, int recordBytes) {
        String fileName = file.getFileName().toString();
        DataFormat format = DataFormat.of(file)
                .orElseThrow(() -> new DataException(
                        file.toString(), "is of an unknown format; expected " + DataFormat.endings()));
        return switch (format) {
            case CSV -> List.of(DataDescription.Part.of(fileName, csv(file, CsvHeader.DETECT)));
            case IDX -> List.of(DataDescription.Part.of(fileName, idx(file)));
            case NPY -> List.of(DataDescription.Part.of(fileName, npy(file)));
            case RECORDS -> List.of(DataDescription.Part.of(fileName, RecordReader.read(file, recordBytes, memory)));
            case ARCHIVE ->
                RecordReader.members(file, member -> member.endsWith(".bin"), recordBytes, memory).entrySet().stream()
                        .map(member ->
                                DataDescription.Part.of(fileName + "[" + member.getKey() + "]", member.getValue()))
                        .toList();
            case NPZ ->
                NpzReader.names(file).stream()
                        .map(array -> DataDescription.Part.of(
                                fileName + "[" + array + "]", NpzReader.read(file, array, memory)))
                        .toList();
        };
    }

    /** The formats, told apart by the ending of the file name. */
    private enum DataFormat {
        CSV,
        IDX,
        NPY,
        NPZ,
        RECORDS,
        ARCHIVE;

        static Optional<DataFormat> of(Path file) {
            if (isArchive(file)) {
                return Optional.of(ARCHIVE);
            }
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
            if (name.endsWith(".csv")) {
                return Optional.of(CSV);
            }
            if (name.endsWith(".npy")) {
                return Optional.of(NPY);
            }
            if (name.endsWith(".npz")) {
                return Optional.of(NPZ);
            }
            if (name.endsWith(".bin")) {
                return Optional.of(RECORDS);
            }
            return name.endsWith(".idx") || name.matches(".*[-.]idx\\d+-\\w+") ? Optional.of(IDX) : Optional.empty();
        }

        static String endings() {
            return ".csv, .npy, .npz, .idx or -idx1-ubyte, gzipped or not, .bin or a tar archive of .bin";
        }
    }
}
