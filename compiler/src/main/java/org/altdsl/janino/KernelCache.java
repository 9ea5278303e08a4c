package org.altdsl.janino;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.altdsl.codegen.JavaSource;
import org.altdsl.runtime.kernel.KernelUnit;

/** Compiled classes by the SHA-256 of their source; keeps those used last. Safe to share between threads. */
public final class KernelCache {
    private final Map<String, KernelUnit> units = new LinkedHashMap<>(16, 0.75f, true);
    private final int capacity;

    /**
     * An empty cache.
     *
     * @param capacity how many classes it keeps
     */
    public KernelCache(int capacity) {
        this.capacity = capacity;
    }

    /** The kernels of a source, compiled now or before. */
    KernelUnit get(String fileName, JavaSource source) {
        String key = digest(source.text());
        synchronized (units) {
            KernelUnit known = units.get(key);
            if (known != null) {
                return known;
            }
        }
        KernelUnit unit = KernelLoader.load(KernelUnit.class, fileName, source.className(), source.text());
        synchronized (units) {
            units.put(key, unit);
            if (units.size() > capacity) {
                units.remove(units.keySet().iterator().next());
            }
        }
        return unit;
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
