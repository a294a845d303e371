package bitbucket.pipelines;

import bitbucket.pipelines.rules.Refusal;
import bitbucket.pipelines.rules.Refused;
import org.keycloak.models.SingleUseObjectProvider;

/**
 * Remembers which client a step signed in as, until its token ends. A step may ask as often as it likes, for one
 * client only. The memory is that of Keycloak's single-use objects, which its servers share.
 */
final class StepUses {
    private static final int TRIES = 50;

    private final SingleUseObjectProvider memory;
    private final String step;
    private final long seconds;

    /** @param seconds how long to remember it */
    StepUses(SingleUseObjectProvider memory, String realm, String step, long seconds) {
        this.memory = memory;
        this.step = "bitbucket-pipelines:" + realm + ":" + step;
        this.seconds = seconds;
    }

    /** The memory takes a key without a value in one indivisible act, so whoever comes first leaves two keys. */
    void claim(String client) throws Refused, InterruptedException {
        String mine = step + ":" + client;
        if (memory.contains(mine)) return;
        if (memory.putIfAbsent(step, seconds)) {
            memory.putIfAbsent(mine, seconds);
            return;
        }
        // Two requests of one step came at once, and the other has left one key of its two.
        for (int i = 0; i < TRIES; i++) {
            if (memory.contains(mine)) return;
            Thread.sleep(2);
        }
        throw new Refused(Refusal.REPLAYED);
    }
}
