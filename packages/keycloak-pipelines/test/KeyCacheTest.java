package bitbucket.pipelines.rules;

import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The key cache at moments that no test on a server can wait for. Needs nothing but the JDK; ends with 1 and a line
 * for each check that failed.
 */
public final class KeyCacheTest {
    private static int failed;
    private static int passed;

    private static long now = 1_000_000;
    private static Map<String, PublicKey> published = new HashMap<>();
    private static boolean reachable = true;
    private static final AtomicInteger asked = new AtomicInteger();

    public static void main(String[] arguments) throws Exception {
        aKnownKeyIsAskedForOnce();
        aWithdrawnKeyEndsAfterTenMinutes();
        whatIsOutOfReachIsGoodForADay();
        unknownKeysAskFiveTimesAMinute();
        thoseWhoWaitShareOneAnswer();
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static void aKnownKeyIsAskedForOnce() throws Exception {
        KeyCache cache = fresh();
        for (int i = 0; i < 100; i++) expect("key", "found", find(cache, "a"));
        expect("requests for a known key", 1, asked.get());
        now += KeyCache.FRESH - 1;
        find(cache, "a");
        expect("requests just before ten minutes", 1, asked.get());
        now += 1;
        find(cache, "a");
        expect("requests at ten minutes", 2, asked.get());
    }

    private static void aWithdrawnKeyEndsAfterTenMinutes() throws Exception {
        KeyCache cache = fresh();
        find(cache, "a");
        published.clear();
        expect("before", "found", find(cache, "a"));
        now += KeyCache.FRESH;
        expect("after", "key_unknown", find(cache, "a"));
        cache.forget("url");
        published.put("a", key());
        expect("published again", "found", find(cache, "a"));
    }

    private static void whatIsOutOfReachIsGoodForADay() throws Exception {
        KeyCache cache = fresh();
        find(cache, "a");
        reachable = false;
        now += KeyCache.KEPT - 1;
        expect("known, for a day", "found", find(cache, "a"));
        expect("unknown", "keys_unreachable", find(cache, "b"));
        now += 1;
        expect("known, after a day", "keys_unreachable", find(cache, "a"));
        reachable = true;
        now += KeyCache.WINDOW;
        expect("known, when it answers again", "found", find(cache, "a"));
    }

    private static void unknownKeysAskFiveTimesAMinute() throws Exception {
        KeyCache cache = fresh();
        for (int i = 0; i < 100; i++) expect("unknown", "key_unknown", find(cache, "stranger-" + i));
        expect("requests in a minute", KeyCache.REQUESTS, asked.get());
        published.put("b", key());
        expect("new, before the minute is over", "key_unknown", find(cache, "b"));
        now += KeyCache.WINDOW;
        expect("new, after it", "found", find(cache, "b"));
    }

    private static void thoseWhoWaitShareOneAnswer() throws Exception {
        KeyCache cache = fresh();
        int readers = 32;
        CountDownLatch all = new CountDownLatch(readers);
        AtomicInteger found = new AtomicInteger();
        Thread[] threads = new Thread[readers];
        for (int i = 0; i < readers; i++) {
            threads[i] = new Thread(() -> {
                all.countDown();
                try {
                    cache.find("url", "a", () -> {
                        all.await();
                        asked.incrementAndGet();
                        return published;
                    });
                    found.incrementAndGet();
                } catch (Refused refused) {
                    // Counted as not found.
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();
        expect("readers that found the key", readers, found.get());
        // Whoever comes between the answer and its neighbour's look may ask once more, but not all of them.
        expect("few requests", true, asked.get() <= KeyCache.REQUESTS);
    }

    private static KeyCache fresh() throws Exception {
        asked.set(0);
        reachable = true;
        published = new HashMap<>(Map.of("a", key()));
        return new KeyCache(() -> now);
    }

    private static String find(KeyCache cache, String id) {
        try {
            cache.find("url", id, () -> {
                asked.incrementAndGet();
                if (!reachable) throw new java.io.IOException("out of reach");
                return published;
            });
            return "found";
        } catch (Refused refused) {
            return refused.refusal().code();
        }
    }

    private static PublicKey key() throws Exception {
        var pairs = KeyPairGenerator.getInstance("RSA");
        pairs.initialize(512);
        return pairs.generateKeyPair().getPublic();
    }

    private static void expect(String what, Object expected, Object found) {
        if (expected.equals(found)) passed++;
        else {
            failed++;
            System.out.println(what + ": expected " + expected + ", found " + found);
        }
    }
}
