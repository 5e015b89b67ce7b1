import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the accesses to a cache as csv for evictlab: time (ns), id, size (bytes).
 *
 * <p>Put it beside the cache and call {@link #access} at each lookup, hit or miss, with the key as the cache sees it:
 *
 * <pre>{@code
 * try (AccessLog log = new AccessLog(Path.of("accesses.csv"))) {
 *     Value get(Key key) {
 *         Value value = cache.get(key, this::load); // Caffeine, Guava, a map
 *         log.access(key, value.size());
 *         return value;
 *     }
 * }
 * }</pre>
 */
public final class AccessLog implements AutoCloseable {
    private final PrintWriter out;
    private final long start = System.nanoTime();

    public AccessLog(Path file) throws IOException {
        out = new PrintWriter(Files.newBufferedWriter(file));
        out.println("time,id,size");
    }

    /** One lock for all threads: their rows stay whole and in the order of their times. */
    public synchronized void access(Object key, long size) {
        out.print(System.nanoTime() - start);
        out.print(",\"");
        out.print(key.toString().replace("\"", "\"\"").replace('\n', ' '));
        out.print("\",");
        out.println(size);
    }

    @Override
    public synchronized void close() {
        out.close();
    }
}
