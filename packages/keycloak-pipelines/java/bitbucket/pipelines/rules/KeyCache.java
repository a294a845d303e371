package bitbucket.pipelines.rules;

import java.security.PublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The public keys of each issuer, so that signing in needs Bitbucket's answer only now and then.
 *
 * Anybody can send a token that names a key nobody has heard of, so that must cost little: at most five requests a
 * minute go out for one issuer, and those who wait for the same answer share it. While an issuer cannot be
 * reached, the keys it had are good for a day, and unknown ones are refused. A key that it takes out of its set
 * ends within ten minutes.
 */
public final class KeyCache {

    /** Asks an issuer for its keys, by their ids. */
    public interface Loader {
        Map<String, PublicKey> load() throws Exception;
    }

    static final long FRESH = 600;
    static final long KEPT = 86_400;
    static final long WINDOW = 60;
    static final int REQUESTS = 5;

    private final Map<String, Issuer> issuers = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    /** @param clock seconds */
    public KeyCache(LongSupplier clock) {
        this.clock = clock;
    }

    /** @param url where the keys are; @param id of the key that is looked for */
    public PublicKey find(String url, String id, Loader loader) throws Refused {
        return issuers.computeIfAbsent(url, each -> new Issuer()).find(id, loader);
    }

    /** Asks anew at the next token: for an administrator who cannot wait. */
    public void forget(String url) {
        issuers.remove(url);
    }

    /** What was fetched, all at once, so that no reader sees half of it. */
    private record Keys(Map<String, PublicKey> byId, long loadedAt) {
    }

    private final class Issuer {
        private final ReentrantLock asking = new ReentrantLock();
        private volatile Keys keys = new Keys(Map.of(), 0);
        private volatile boolean reachable = true;
        /** How often it was asked, to see whether somebody else has done so meanwhile. */
        private volatile long asked;
        private long windowBegan;
        private int inWindow;

        PublicKey find(String id, Loader loader) throws Refused {
            Keys seen = keys;
            PublicKey key = seen.byId.get(id);
            if (key != null && clock.getAsLong() < seen.loadedAt + FRESH) return key;
            if (key != null) refresh(loader);
            else fetch(loader);
            return require(id);
        }

        private PublicKey require(String id) throws Refused {
            Keys now = keys;
            boolean kept = clock.getAsLong() < now.loadedAt + KEPT;
            PublicKey key = kept ? now.byId.get(id) : null;
            if (key != null) return key;
            throw new Refused(reachable ? Refusal.KEY_UNKNOWN : Refusal.KEYS_UNREACHABLE);
        }

        /** The old keys still do: whoever finds somebody asking already goes on with them. */
        private void refresh(Loader loader) {
            if (!asking.tryLock()) return;
            try {
                ask(loader);
            } finally {
                asking.unlock();
            }
        }

        /** Waits for the answer, whoever asks. */
        private void fetch(Loader loader) {
            long before = asked;
            asking.lock();
            try {
                if (asked == before) ask(loader);
            } finally {
                asking.unlock();
            }
        }

        private void ask(Loader loader) {
            long now = clock.getAsLong();
            if (now >= windowBegan + WINDOW) {
                windowBegan = now;
                inWindow = 0;
            }
            if (inWindow == REQUESTS) return;
            inWindow++;
            try {
                keys = new Keys(Map.copyOf(loader.load()), now);
                reachable = true;
            } catch (Exception unreachable) {
                reachable = false;
            } finally {
                asked++;
            }
        }
    }
}
