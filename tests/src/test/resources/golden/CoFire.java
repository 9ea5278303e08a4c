import java.util.Arrays;
import org.altdsl.runtime.kernel.Elementary;
import org.altdsl.runtime.kernel.KernelUnit;
import org.altdsl.runtime.kernel.Reductions;
import org.altdsl.runtime.kernel.Shard;
import org.altdsl.runtime.kernel.Slots;
import org.altdsl.runtime.plan.Clocks;
import org.altdsl.runtime.random.CounterRandom;
import org.altdsl.runtime.tensor.Matrix;
import org.altdsl.runtime.tensor.MatrixProduct;
import org.altdsl.runtime.tensor.OffHeapMatrix;

/**
 * The rule CoFire train:
 *
 * <pre>
 * h1.drive = sum[x](x->h1.w * x.r)
 * h1.u = h1.drive + h1.b
 * h1.r = tanh(h1.u)
 * h2.drive = sum[h1](h1->h2.w * h1.r)
 * h2.u = h2.drive + h2.b
 * h2.r = tanh(h2.u)
 * y.drive = sum[h2](h2->y.w * h2.r)
 * y.u = y.drive + y.b
 * target = index(y) == 0
 * loss = -sum[y](target * (y.u - stop(max[y](y.u)) - log(sum[y](exp(y.u - stop(max[y](y.u)))))))
 * correct = argmax[y](y.u) == 0
 * x->h1.cofire = mean[lane](abs(min(max(h1.u, -5), 5))) * mean[lane](abs(x.r))
 * x->h1.p = x->h1.cofire / (sum[h1, x](x->h1.cofire) + 1.0E-8)
 * x->h1.dw = -0.001 * (x->h1.p - (index(x) == argmax[x](x->h1.p))) - 0.01 * (x->h1.w - min(max(x->h1.w, -5), 5))
 * x->h1.z = mean[lane](abs(min(max(h1.u, -5), 5)))
 * h1.db = -0.001 * (x->h1.z - mean[h1](x->h1.z))
 * x->h1.entropy = -sum[h1, x](x->h1.p * log(x->h1.p + 1.0E-8))
 * x->h1.clamp_ratio = mean[lane, h1](abs(h1.u) >= 5)
 * h1->h2.cofire = mean[lane](abs(min(max(h2.u, -5), 5))) * mean[lane](abs(h1.r))
 * h1->h2.p = h1->h2.cofire / (sum[h1, h2](h1->h2.cofire) + 1.0E-8)
 * h1->h2.dw = -0.001 * (h1->h2.p - (index(h1) == argmax[h1](h1->h2.p))) - 0.01 * (h1->h2.w - min(max(h1->h2.w, -5), 5))
 * h1->h2.z = mean[lane](abs(min(max(h2.u, -5), 5)))
 * h2.db = -0.001 * (h1->h2.z - mean[h2](h1->h2.z))
 * h1->h2.entropy = -sum[h1, h2](h1->h2.p * log(h1->h2.p + 1.0E-8))
 * h1->h2.clamp_ratio = mean[lane, h2](abs(h2.u) >= 5)
 * h2->y.cofire = mean[lane](abs(min(max(y.u, -5), 5))) * mean[lane](abs(h2.r))
 * h2->y.p = h2->y.cofire / (sum[h2, y](h2->y.cofire) + 1.0E-8)
 * h2->y.dw = -0.001 * (h2->y.p - (index(h2) == argmax[h2](h2->y.p))) - 0.01 * (h2->y.w - min(max(h2->y.w, -5), 5))
 * h2->y.z = mean[lane](abs(min(max(y.u, -5), 5)))
 * y.db = -0.001 * (h2->y.z - mean[y](h2->y.z))
 * h2->y.entropy = -sum[h2, y](h2->y.p * log(h2->y.p + 1.0E-8))
 * h2->y.clamp_ratio = mean[lane, y](abs(y.u) >= 5)
 * x->h1.w = x->h1.w + 0.1 * x->h1.dw
 * h1.b = h1.b + 0.1 * h1.db
 * h1->h2.w = h1->h2.w + 0.1 * h1->h2.dw
 * h2.b = h2.b + 0.1 * h2.db
 * h2->y.w = h2->y.w + 0.1 * h2->y.dw
 * y.b = y.b + 0.1 * y.db
 * </pre>
 */
public final class CoFireTrain implements KernelUnit {
    private final int H1;
    private final int H2;
    private final int X;
    private final int Y;

    public CoFireTrain() {
        H1 = 5;
        H2 = 4;
        X = 6;
        Y = 3;
    }

    public int size() {
        return 58;
    }

    public int shards(int kernel, int lanes) {
        return 1;
    }

    public void run(int kernel, Slots arrays, Shard part, Clocks now) {
        switch (kernel) {
            case 0:
                initialise_update_h1_b(arrays, now);
                break;
            case 1:
                initialise_update_h2_b(arrays, now);
                break;
            case 2:
                initialise_update_y_b(arrays, now);
                break;
            case 3:
                initialise_update_x_h1_w(arrays, now);
                break;
            case 4:
                initialise_update_h1_h2_w(arrays, now);
                break;
            case 5:
                initialise_update_h2_y_w(arrays, now);
                break;
            case 6:
                multiply_h1_u(arrays, now);
                break;
            case 7:
                update_h1_u(arrays, now);
                break;
            case 8:
                multiply_h2_u(arrays, now);
                break;
            case 9:
                update_h2_u(arrays, now);
                break;
            case 10:
                multiply_y_u(arrays, now);
                break;
            case 11:
                update_y_u(arrays, now);
                break;
            case 12:
                update_target(arrays, now);
                break;
            case 13:
                reduce_loss_max(arrays, now);
                break;
            case 14:
                reduce_loss_sum(arrays, now);
                break;
            case 15:
                reduce_loss(arrays, now);
                break;
            case 16:
                update_loss(arrays, now);
                break;
            case 17:
                reduce_correct_argmax(arrays, now);
                break;
            case 18:
                update_correct(arrays, now);
                break;
            case 19:
                reduce_x_h1_cofire_mean(arrays, now);
                break;
            case 20:
                reduce_x_h1_cofire_mean2(arrays, now);
                break;
            case 21:
                update_x_h1_cofire(arrays, now);
                break;
            case 22:
                reduce_x_h1_p_sum(arrays, now);
                break;
            case 23:
                update_x_h1_p(arrays, now);
                break;
            case 24:
                reduce_x_h1_dw_argmax(arrays, now);
                break;
            case 25:
                update_x_h1_dw(arrays, now);
                break;
            case 26:
                update_x_h1_z(arrays, now);
                break;
            case 27:
                reduce_h1_db_mean(arrays, now);
                break;
            case 28:
                update_h1_db(arrays, now);
                break;
            case 29:
                reduce_x_h1_entropy(arrays, now);
                break;
            case 30:
                update_x_h1_entropy(arrays, now);
                break;
            case 31:
                reduce_x_h1_clamp_ratio(arrays, now);
                break;
            case 32:
                reduce_h1_h2_cofire_mean(arrays, now);
                break;
            case 33:
                reduce_h1_h2_cofire_mean2(arrays, now);
                break;
            case 34:
                update_h1_h2_cofire(arrays, now);
                break;
            case 35:
                reduce_h1_h2_p_sum(arrays, now);
                break;
            case 36:
                update_h1_h2_p(arrays, now);
                break;
            case 37:
                reduce_h1_h2_dw_argmax(arrays, now);
                break;
            case 38:
                update_h1_h2_dw(arrays, now);
                break;
            case 39:
                update_h1_h2_z(arrays, now);
                break;
            case 40:
                reduce_h2_db_mean(arrays, now);
                break;
            case 41:
                update_h2_db(arrays, now);
                break;
            case 42:
                reduce_h1_h2_entropy(arrays, now);
                break;
            case 43:
                update_h1_h2_entropy(arrays, now);
                break;
            case 44:
                reduce_h1_h2_clamp_ratio(arrays, now);
                break;
            case 45:
                reduce_h2_y_cofire_mean(arrays, now);
                break;
            case 46:
                reduce_h2_y_cofire_mean2(arrays, now);
                break;
            case 47:
                update_h2_y_cofire(arrays, now);
                break;
            case 48:
                reduce_h2_y_p_sum(arrays, now);
                break;
            case 49:
                update_h2_y_p(arrays, now);
                break;
            case 50:
                reduce_h2_y_dw_argmax(arrays, now);
                break;
            case 51:
                update_h2_y_dw(arrays, now);
                break;
            case 52:
                update_h2_y_z(arrays, now);
                break;
            case 53:
                reduce_y_db_mean(arrays, now);
                break;
            case 54:
                update_y_db(arrays, now);
                break;
            case 55:
                reduce_h2_y_entropy(arrays, now);
                break;
            case 56:
                update_h2_y_entropy(arrays, now);
                break;
            case 57:
                reduce_h2_y_clamp_ratio(arrays, now);
                break;
            default:
                throw new IllegalArgumentException("kernel " + kernel);
        }
    }

    private void initialise_update_h1_b(Slots arrays, Clocks now) {
        final float[] h1_b = (float[]) arrays.at(0);
        for (int i = 0; i < H1; i++) {
            // neurons.rule:11: b = 0
            h1_b[i] = 0.0f;
        }
    }

    private void initialise_update_h2_b(Slots arrays, Clocks now) {
        final float[] h2_b = (float[]) arrays.at(1);
        for (int i = 0; i < H2; i++) {
            // neurons.rule:11: b = 0
            h2_b[i] = 0.0f;
        }
    }

    private void initialise_update_y_b(Slots arrays, Clocks now) {
        final float[] y_b = (float[]) arrays.at(2);
        for (int i = 0; i < Y; i++) {
            // neurons.rule:11: b = 0
            y_b[i] = 0.0f;
        }
    }

    private void initialise_update_x_h1_w(Slots arrays, Clocks now) {
        final long key = CounterRandom.key(CounterRandom.key(now.seed, "x->h1.w"), -1L);
        final float[][] x_h1_w = (float[][]) arrays.at(3);
        for (int i = 0; i < X; i++) {
            final long first = i;
            final float[] x_h1_w_i = x_h1_w[i];
            for (int j = 0; j < H1; j++) {
                // <host network>:9: x->h1.w = normal(0, 0.5773502691896257)
                x_h1_w_i[j] = (float) CounterRandom.normal(key, first + (long) j * 6L, 0.0, 0.5773502691896257);
            }
        }
    }

    private void initialise_update_h1_h2_w(Slots arrays, Clocks now) {
        final long key = CounterRandom.key(CounterRandom.key(now.seed, "h1->h2.w"), -1L);
        final float[][] h1_h2_w = (float[][]) arrays.at(4);
        for (int i = 0; i < H1; i++) {
            final long first = (long) i * 4L;
            final float[] h1_h2_w_i = h1_h2_w[i];
            for (int j = 0; j < H2; j++) {
                // <host network>:9: h1->h2.w = normal(0, 0.6324555320336759)
                h1_h2_w_i[j] = (float) CounterRandom.normal(key, first + j, 0.0, 0.6324555320336759);
            }
        }
    }

    private void initialise_update_h2_y_w(Slots arrays, Clocks now) {
        final long key = CounterRandom.key(CounterRandom.key(now.seed, "h2->y.w"), -1L);
        final float[][] h2_y_w = (float[][]) arrays.at(5);
        for (int i = 0; i < H2; i++) {
            final long first = (long) i * 3L;
            final float[] h2_y_w_i = h2_y_w[i];
            for (int j = 0; j < Y; j++) {
                // <host network>:9: h2->y.w = normal(0, 0.7071067811865476)
                h2_y_w_i[j] = (float) CounterRandom.normal(key, first + j, 0.0, 0.7071067811865476);
            }
        }
    }

    private void multiply_h1_u(Slots arrays, Clocks now) {
        final Matrix x_r = arrays.matrix(6);
        final Matrix x_h1_w = arrays.matrix(3);
        final Matrix h1_u = arrays.matrix(8);
        // neurons.rule:12: u = drive + b
        arrays.product.nn(x_r, x_h1_w, h1_u, now.lanes, X, H1, 1.0f, 0.0f, Shard.WHOLE);
    }

    private void update_h1_u(Slots arrays, Clocks now) {
        final float[][] h1_u = (float[][]) arrays.at(8);
        final float[] h1_b = (float[]) arrays.at(0);
        final float[][] h1_r = (float[][]) arrays.at(9);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_u_sample = h1_u[sample];
            final float[] h1_r_sample = h1_r[sample];
            for (int i = 0; i < H1; i++) {
                // neurons.rule:12: u = drive + b
                final float h1_u_new = h1_u_sample[i] + h1_b[i];
                h1_u_sample[i] = h1_u_new;
                // neurons.rule:13: h1.r = tanh(h1.u)
                h1_r_sample[i] = Elementary.tanh(h1_u_new);
            }
        }
    }

    private void multiply_h2_u(Slots arrays, Clocks now) {
        final Matrix h1_r = arrays.matrix(9);
        final Matrix h1_h2_w = arrays.matrix(4);
        final Matrix h2_u = arrays.matrix(11);
        // neurons.rule:12: u = drive + b
        arrays.product.nn(h1_r, h1_h2_w, h2_u, now.lanes, H1, H2, 1.0f, 0.0f, Shard.WHOLE);
    }

    private void update_h2_u(Slots arrays, Clocks now) {
        final float[][] h2_u = (float[][]) arrays.at(11);
        final float[] h2_b = (float[]) arrays.at(1);
        final float[][] h2_r = (float[][]) arrays.at(12);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_u_sample = h2_u[sample];
            final float[] h2_r_sample = h2_r[sample];
            for (int i = 0; i < H2; i++) {
                // neurons.rule:12: u = drive + b
                final float h2_u_new = h2_u_sample[i] + h2_b[i];
                h2_u_sample[i] = h2_u_new;
                // neurons.rule:13: h2.r = tanh(h2.u)
                h2_r_sample[i] = Elementary.tanh(h2_u_new);
            }
        }
    }

    private void multiply_y_u(Slots arrays, Clocks now) {
        final Matrix h2_r = arrays.matrix(12);
        final Matrix h2_y_w = arrays.matrix(5);
        final Matrix y_u = arrays.matrix(14);
        // neurons.rule:12: u = drive + b
        arrays.product.nn(h2_r, h2_y_w, y_u, now.lanes, H2, Y, 1.0f, 0.0f, Shard.WHOLE);
    }

    private void update_y_u(Slots arrays, Clocks now) {
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] y_b = (float[]) arrays.at(2);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            for (int i = 0; i < Y; i++) {
                // neurons.rule:12: u = drive + b
                y_u_sample[i] = y_u_sample[i] + y_b[i];
            }
        }
    }

    private void update_target(Slots arrays, Clocks now) {
        final float[] target = (float[]) arrays.at(15);
        for (int i = 0; i < Y; i++) {
            // <host network>:11: target = index(y) == 0
            target[i] = (float) i == 0.0f ? 1.0f : 0.0f;
        }
    }

    private void reduce_loss_max(Slots arrays, Clocks now) {
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] loss_max = (float[]) arrays.at(39);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            // <host network>:11: loss.max = max[y](y.u)
            loss_max[sample] = Reductions.max(y_u_sample, Y);
        }
    }

    private void reduce_loss_sum(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] loss_max = (float[]) arrays.at(39);
        final float[] loss_sum = (float[]) arrays.at(40);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            final float loss_max_sample = loss_max[sample];
            for (int i = 0; i < Y; i++) {
                terms[i] = Elementary.exp(y_u_sample[i] - loss_max_sample);
            }
            // <host network>:11: loss.sum = sum[y](exp(y.u - loss.max))
            loss_sum[sample] = Reductions.sum(terms, Y);
        }
    }

    private void reduce_loss(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[] target = (float[]) arrays.at(15);
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] loss_max = (float[]) arrays.at(39);
        final float[] loss_sum = (float[]) arrays.at(40);
        final float[] loss = (float[]) arrays.at(16);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            final float loss_max_sample = loss_max[sample];
            final float factor = Elementary.log(loss_sum[sample]);
            for (int i = 0; i < Y; i++) {
                terms[i] = target[i] * (y_u_sample[i] - loss_max_sample - factor);
            }
            // <host network>:11: loss = sum[y](target * (y.u - loss.max - log(loss.sum)))
            loss[sample] = Reductions.sum(terms, Y);
        }
    }

    private void update_loss(Slots arrays, Clocks now) {
        final float[] loss = (float[]) arrays.at(16);
        for (int sample = 0; sample < now.lanes; sample++) {
            // <host network>:11: loss = -loss
            loss[sample] = -loss[sample];
        }
    }

    private void reduce_correct_argmax(Slots arrays, Clocks now) {
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] correct_argmax = (float[]) arrays.at(41);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            float largest = Float.NEGATIVE_INFINITY;
            int winner = 0;
            for (int i = 0; i < Y; i++) {
                final float candidate = y_u_sample[i];
                if (candidate > largest) {
                    largest = candidate;
                    winner = i;
                }
            }
            // <host network>:2: correct.argmax = argmax[y](y.u)
            correct_argmax[sample] = (float) winner;
        }
    }

    private void update_correct(Slots arrays, Clocks now) {
        final float[] correct_argmax = (float[]) arrays.at(41);
        final float[] correct = (float[]) arrays.at(38);
        for (int sample = 0; sample < now.lanes; sample++) {
            // <host network>:2: correct = correct.argmax == 0
            correct[sample] = correct_argmax[sample] == 0.0f ? 1.0f : 0.0f;
        }
    }

    private void reduce_x_h1_cofire_mean(Slots arrays, Clocks now) {
        final float[] x_h1_cofire_mean = (float[]) arrays.at(42);
        final float[][] h1_u = (float[][]) arrays.at(8);
        Arrays.fill(x_h1_cofire_mean, 0, H1, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_u_sample = h1_u[sample];
            for (int i = 0; i < H1; i++) {
                // cofire.rule:9: x->h1.cofire.mean = mean[lane](abs(min(max(h1.u, -5), 5)))
                x_h1_cofire_mean[i] += Math.abs(Math.min(Math.max(h1_u_sample[i], -5.0f), 5.0f));
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H1; i++) {
            x_h1_cofire_mean[i] *= share;
        }
    }

    private void reduce_x_h1_cofire_mean2(Slots arrays, Clocks now) {
        final float[] x_h1_cofire_mean2 = (float[]) arrays.at(43);
        final float[][] x_r = (float[][]) arrays.at(6);
        Arrays.fill(x_h1_cofire_mean2, 0, X, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] x_r_sample = x_r[sample];
            for (int i = 0; i < X; i++) {
                // cofire.rule:9: x->h1.cofire.mean2 = mean[lane](abs(x.r))
                x_h1_cofire_mean2[i] += Math.abs(x_r_sample[i]);
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < X; i++) {
            x_h1_cofire_mean2[i] *= share;
        }
    }

    private void update_x_h1_cofire(Slots arrays, Clocks now) {
        final float[] x_h1_cofire_mean = (float[]) arrays.at(42);
        final float[] x_h1_cofire_mean2 = (float[]) arrays.at(43);
        final float[][] x_h1_cofire = (float[][]) arrays.at(17);
        for (int i = 0; i < X; i++) {
            final float x_h1_cofire_mean2_i = x_h1_cofire_mean2[i];
            final float[] x_h1_cofire_i = x_h1_cofire[i];
            for (int j = 0; j < H1; j++) {
                // cofire.rule:9: cofire = mean(abs(clip(post.u, -c, c)) over batch, space) * mean(abs(pre.r) over batc…
                x_h1_cofire_i[j] = x_h1_cofire_mean[j] * x_h1_cofire_mean2_i;
            }
        }
    }

    private void reduce_x_h1_p_sum(Slots arrays, Clocks now) {
        final float[][] x_h1_cofire = (float[][]) arrays.at(17);
        final float[] x_h1_p_sum = (float[]) arrays.at(44);
        double total = 0.0;
        for (int i = 0; i < X; i++) {
            final float[] x_h1_cofire_i = x_h1_cofire[i];
            total += Reductions.sum(x_h1_cofire_i, H1);
        }
        // cofire.rule:10: x->h1.p.sum = sum[h1, x](x->h1.cofire)
        x_h1_p_sum[0] = (float) total;
    }

    private void update_x_h1_p(Slots arrays, Clocks now) {
        final float[][] x_h1_cofire = (float[][]) arrays.at(17);
        final float x_h1_p_sum = ((float[]) arrays.at(44))[0];
        final float factor = x_h1_p_sum + 1.0E-8f;
        final float[][] x_h1_p = (float[][]) arrays.at(18);
        for (int i = 0; i < X; i++) {
            final float[] x_h1_cofire_i = x_h1_cofire[i];
            final float[] x_h1_p_i = x_h1_p[i];
            for (int j = 0; j < H1; j++) {
                // cofire.rule:10: p = cofire / (sum(cofire over pre, post) / size(kernel) + eps)
                x_h1_p_i[j] = x_h1_cofire_i[j] / factor;
            }
        }
    }

    private void reduce_x_h1_dw_argmax(Slots arrays, Clocks now) {
        final float[][] x_h1_p = (float[][]) arrays.at(18);
        final float[] x_h1_dw_argmax = (float[]) arrays.at(45);
        for (int i = 0; i < H1; i++) {
            float largest = Float.NEGATIVE_INFINITY;
            int winner = 0;
            for (int j = 0; j < X; j++) {
                final float candidate = x_h1_p[j][i];
                if (candidate > largest) {
                    largest = candidate;
                    winner = j;
                }
            }
            // cofire.rule:11: x->h1.dw.argmax = argmax[x](x->h1.p)
            x_h1_dw_argmax[i] = (float) winner;
        }
    }

    private void update_x_h1_dw(Slots arrays, Clocks now) {
        final float[][] x_h1_p = (float[][]) arrays.at(18);
        final float[] x_h1_dw_argmax = (float[]) arrays.at(45);
        final float[][] x_h1_w = (float[][]) arrays.at(3);
        for (int i = 0; i < X; i++) {
            final float[] x_h1_p_i = x_h1_p[i];
            final float factor = (float) i;
            final float[] x_h1_w_i = x_h1_w[i];
            for (int j = 0; j < H1; j++) {
                // cofire.rule:11: dw = -gamma * lr * (p - winner(p over pre)) - kappa * (w - clip(w, -c, c))
                final float x_h1_dw = -0.001f * (x_h1_p_i[j] - (factor == x_h1_dw_argmax[j] ? 1.0f : 0.0f)) - 0.01f *
                        (x_h1_w_i[j] - Math.min(Math.max(x_h1_w_i[j], -5.0f), 5.0f));
                // optimizers.rule:6: w += eta * dw
                x_h1_w_i[j] = x_h1_w_i[j] + 0.1f * x_h1_dw;
            }
        }
    }

    private void update_x_h1_z(Slots arrays, Clocks now) {
        final float[] x_h1_cofire_mean = (float[]) arrays.at(42);
        final float[] x_h1_z = (float[]) arrays.at(20);
        for (int i = 0; i < H1; i++) {
            // cofire.rule:12: z = mean(abs(clip(post.u, -c, c)) over batch, space)
            x_h1_z[i] = x_h1_cofire_mean[i];
        }
    }

    private void reduce_h1_db_mean(Slots arrays, Clocks now) {
        final float[] x_h1_z = (float[]) arrays.at(20);
        final float[] h1_db_mean = (float[]) arrays.at(46);
        // cofire.rule:13: h1.db.mean = mean[h1](x->h1.z)
        h1_db_mean[0] = Reductions.sum(x_h1_z, H1) / H1;
    }

    private void update_h1_db(Slots arrays, Clocks now) {
        final float[] x_h1_z = (float[]) arrays.at(20);
        final float h1_db_mean = ((float[]) arrays.at(46))[0];
        final float[] h1_b = (float[]) arrays.at(0);
        for (int i = 0; i < H1; i++) {
            // cofire.rule:13: db = -gamma * lr * (z - mean(z over post))
            final float h1_db = -0.001f * (x_h1_z[i] - h1_db_mean);
            // optimizers.rule:6: h1.b = h1.b + 0.1 * h1.db
            h1_b[i] = h1_b[i] + 0.1f * h1_db;
        }
    }

    private void reduce_x_h1_entropy(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[][] x_h1_p = (float[][]) arrays.at(18);
        final float[] x_h1_entropy = (float[]) arrays.at(22);
        double total = 0.0;
        for (int i = 0; i < X; i++) {
            final float[] x_h1_p_i = x_h1_p[i];
            for (int j = 0; j < H1; j++) {
                terms[j] = x_h1_p_i[j] * Elementary.log(x_h1_p_i[j] + 1.0E-8f);
            }
            total += Reductions.sum(terms, H1);
        }
        // cofire.rule:14: x->h1.entropy = sum[h1, x](x->h1.p * log(x->h1.p + 1.0E-8))
        x_h1_entropy[0] = (float) total;
    }

    private void update_x_h1_entropy(Slots arrays, Clocks now) {
        final float[] x_h1_entropy = (float[]) arrays.at(22);
        // cofire.rule:14: x->h1.entropy = -x->h1.entropy
        x_h1_entropy[0] = -x_h1_entropy[0];
    }

    private void reduce_x_h1_clamp_ratio(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[][] h1_u = (float[][]) arrays.at(8);
        final float[] x_h1_clamp_ratio = (float[]) arrays.at(23);
        double total = 0.0;
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_u_sample = h1_u[sample];
            for (int i = 0; i < H1; i++) {
                terms[i] = 1.0f - Elementary.clearlyAbove(5.0f, Math.abs(h1_u_sample[i]));
            }
            total += Reductions.sum(terms, H1);
        }
        // cofire.rule:15: x->h1.clamp_ratio = mean[lane, h1](abs(h1.u) >= 5)
        x_h1_clamp_ratio[0] = (float) total / (Math.max(now.lanes, 1) * H1);
    }

    private void reduce_h1_h2_cofire_mean(Slots arrays, Clocks now) {
        final float[] h1_h2_cofire_mean = (float[]) arrays.at(47);
        final float[][] h2_u = (float[][]) arrays.at(11);
        Arrays.fill(h1_h2_cofire_mean, 0, H2, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_u_sample = h2_u[sample];
            for (int i = 0; i < H2; i++) {
                // cofire.rule:9: h1->h2.cofire.mean = mean[lane](abs(min(max(h2.u, -5), 5)))
                h1_h2_cofire_mean[i] += Math.abs(Math.min(Math.max(h2_u_sample[i], -5.0f), 5.0f));
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H2; i++) {
            h1_h2_cofire_mean[i] *= share;
        }
    }

    private void reduce_h1_h2_cofire_mean2(Slots arrays, Clocks now) {
        final float[] h1_h2_cofire_mean2 = (float[]) arrays.at(48);
        final float[][] h1_r = (float[][]) arrays.at(9);
        Arrays.fill(h1_h2_cofire_mean2, 0, H1, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_r_sample = h1_r[sample];
            for (int i = 0; i < H1; i++) {
                // cofire.rule:9: h1->h2.cofire.mean2 = mean[lane](abs(h1.r))
                h1_h2_cofire_mean2[i] += Math.abs(h1_r_sample[i]);
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H1; i++) {
            h1_h2_cofire_mean2[i] *= share;
        }
    }

    private void update_h1_h2_cofire(Slots arrays, Clocks now) {
        final float[] h1_h2_cofire_mean = (float[]) arrays.at(47);
        final float[] h1_h2_cofire_mean2 = (float[]) arrays.at(48);
        final float[][] h1_h2_cofire = (float[][]) arrays.at(24);
        for (int i = 0; i < H1; i++) {
            final float h1_h2_cofire_mean2_i = h1_h2_cofire_mean2[i];
            final float[] h1_h2_cofire_i = h1_h2_cofire[i];
            for (int j = 0; j < H2; j++) {
                // cofire.rule:9: cofire = mean(abs(clip(post.u, -c, c)) over batch, space) * mean(abs(pre.r) over batc…
                h1_h2_cofire_i[j] = h1_h2_cofire_mean[j] * h1_h2_cofire_mean2_i;
            }
        }
    }

    private void reduce_h1_h2_p_sum(Slots arrays, Clocks now) {
        final float[][] h1_h2_cofire = (float[][]) arrays.at(24);
        final float[] h1_h2_p_sum = (float[]) arrays.at(49);
        double total = 0.0;
        for (int i = 0; i < H1; i++) {
            final float[] h1_h2_cofire_i = h1_h2_cofire[i];
            total += Reductions.sum(h1_h2_cofire_i, H2);
        }
        // cofire.rule:10: h1->h2.p.sum = sum[h1, h2](h1->h2.cofire)
        h1_h2_p_sum[0] = (float) total;
    }

    private void update_h1_h2_p(Slots arrays, Clocks now) {
        final float[][] h1_h2_cofire = (float[][]) arrays.at(24);
        final float h1_h2_p_sum = ((float[]) arrays.at(49))[0];
        final float factor = h1_h2_p_sum + 1.0E-8f;
        final float[][] h1_h2_p = (float[][]) arrays.at(25);
        for (int i = 0; i < H1; i++) {
            final float[] h1_h2_cofire_i = h1_h2_cofire[i];
            final float[] h1_h2_p_i = h1_h2_p[i];
            for (int j = 0; j < H2; j++) {
                // cofire.rule:10: p = cofire / (sum(cofire over pre, post) / size(kernel) + eps)
                h1_h2_p_i[j] = h1_h2_cofire_i[j] / factor;
            }
        }
    }

    private void reduce_h1_h2_dw_argmax(Slots arrays, Clocks now) {
        final float[][] h1_h2_p = (float[][]) arrays.at(25);
        final float[] h1_h2_dw_argmax = (float[]) arrays.at(50);
        for (int i = 0; i < H2; i++) {
            float largest = Float.NEGATIVE_INFINITY;
            int winner = 0;
            for (int j = 0; j < H1; j++) {
                final float candidate = h1_h2_p[j][i];
                if (candidate > largest) {
                    largest = candidate;
                    winner = j;
                }
            }
            // cofire.rule:11: h1->h2.dw.argmax = argmax[h1](h1->h2.p)
            h1_h2_dw_argmax[i] = (float) winner;
        }
    }

    private void update_h1_h2_dw(Slots arrays, Clocks now) {
        final float[][] h1_h2_p = (float[][]) arrays.at(25);
        final float[] h1_h2_dw_argmax = (float[]) arrays.at(50);
        final float[][] h1_h2_w = (float[][]) arrays.at(4);
        for (int i = 0; i < H1; i++) {
            final float[] h1_h2_p_i = h1_h2_p[i];
            final float factor = (float) i;
            final float[] h1_h2_w_i = h1_h2_w[i];
            for (int j = 0; j < H2; j++) {
                // cofire.rule:11: dw = -gamma * lr * (p - winner(p over pre)) - kappa * (w - clip(w, -c, c))
                final float h1_h2_dw = -0.001f * (h1_h2_p_i[j] - (factor == h1_h2_dw_argmax[j] ? 1.0f : 0.0f)) - 0.01f
                        * (h1_h2_w_i[j] - Math.min(Math.max(h1_h2_w_i[j], -5.0f), 5.0f));
                // optimizers.rule:6: w += eta * dw
                h1_h2_w_i[j] = h1_h2_w_i[j] + 0.1f * h1_h2_dw;
            }
        }
    }

    private void update_h1_h2_z(Slots arrays, Clocks now) {
        final float[] h1_h2_cofire_mean = (float[]) arrays.at(47);
        final float[] h1_h2_z = (float[]) arrays.at(27);
        for (int i = 0; i < H2; i++) {
            // cofire.rule:12: z = mean(abs(clip(post.u, -c, c)) over batch, space)
            h1_h2_z[i] = h1_h2_cofire_mean[i];
        }
    }

    private void reduce_h2_db_mean(Slots arrays, Clocks now) {
        final float[] h1_h2_z = (float[]) arrays.at(27);
        final float[] h2_db_mean = (float[]) arrays.at(51);
        // cofire.rule:13: h2.db.mean = mean[h2](h1->h2.z)
        h2_db_mean[0] = Reductions.sum(h1_h2_z, H2) / H2;
    }

    private void update_h2_db(Slots arrays, Clocks now) {
        final float[] h1_h2_z = (float[]) arrays.at(27);
        final float h2_db_mean = ((float[]) arrays.at(51))[0];
        final float[] h2_b = (float[]) arrays.at(1);
        for (int i = 0; i < H2; i++) {
            // cofire.rule:13: db = -gamma * lr * (z - mean(z over post))
            final float h2_db = -0.001f * (h1_h2_z[i] - h2_db_mean);
            // optimizers.rule:6: h2.b = h2.b + 0.1 * h2.db
            h2_b[i] = h2_b[i] + 0.1f * h2_db;
        }
    }

    private void reduce_h1_h2_entropy(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[][] h1_h2_p = (float[][]) arrays.at(25);
        final float[] h1_h2_entropy = (float[]) arrays.at(29);
        double total = 0.0;
        for (int i = 0; i < H1; i++) {
            final float[] h1_h2_p_i = h1_h2_p[i];
            for (int j = 0; j < H2; j++) {
                terms[j] = h1_h2_p_i[j] * Elementary.log(h1_h2_p_i[j] + 1.0E-8f);
            }
            total += Reductions.sum(terms, H2);
        }
        // cofire.rule:14: h1->h2.entropy = sum[h1, h2](h1->h2.p * log(h1->h2.p + 1.0E-8))
        h1_h2_entropy[0] = (float) total;
    }

    private void update_h1_h2_entropy(Slots arrays, Clocks now) {
        final float[] h1_h2_entropy = (float[]) arrays.at(29);
        // cofire.rule:14: h1->h2.entropy = -h1->h2.entropy
        h1_h2_entropy[0] = -h1_h2_entropy[0];
    }

    private void reduce_h1_h2_clamp_ratio(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[][] h2_u = (float[][]) arrays.at(11);
        final float[] h1_h2_clamp_ratio = (float[]) arrays.at(30);
        double total = 0.0;
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_u_sample = h2_u[sample];
            for (int i = 0; i < H2; i++) {
                terms[i] = 1.0f - Elementary.clearlyAbove(5.0f, Math.abs(h2_u_sample[i]));
            }
            total += Reductions.sum(terms, H2);
        }
        // cofire.rule:15: h1->h2.clamp_ratio = mean[lane, h2](abs(h2.u) >= 5)
        h1_h2_clamp_ratio[0] = (float) total / (Math.max(now.lanes, 1) * H2);
    }

    private void reduce_h2_y_cofire_mean(Slots arrays, Clocks now) {
        final float[] h2_y_cofire_mean = (float[]) arrays.at(52);
        final float[][] y_u = (float[][]) arrays.at(14);
        Arrays.fill(h2_y_cofire_mean, 0, Y, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            for (int i = 0; i < Y; i++) {
                // cofire.rule:9: h2->y.cofire.mean = mean[lane](abs(min(max(y.u, -5), 5)))
                h2_y_cofire_mean[i] += Math.abs(Math.min(Math.max(y_u_sample[i], -5.0f), 5.0f));
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < Y; i++) {
            h2_y_cofire_mean[i] *= share;
        }
    }

    private void reduce_h2_y_cofire_mean2(Slots arrays, Clocks now) {
        final float[] h2_y_cofire_mean2 = (float[]) arrays.at(53);
        final float[][] h2_r = (float[][]) arrays.at(12);
        Arrays.fill(h2_y_cofire_mean2, 0, H2, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_r_sample = h2_r[sample];
            for (int i = 0; i < H2; i++) {
                // cofire.rule:9: h2->y.cofire.mean2 = mean[lane](abs(h2.r))
                h2_y_cofire_mean2[i] += Math.abs(h2_r_sample[i]);
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H2; i++) {
            h2_y_cofire_mean2[i] *= share;
        }
    }

    private void update_h2_y_cofire(Slots arrays, Clocks now) {
        final float[] h2_y_cofire_mean = (float[]) arrays.at(52);
        final float[] h2_y_cofire_mean2 = (float[]) arrays.at(53);
        final float[][] h2_y_cofire = (float[][]) arrays.at(31);
        for (int i = 0; i < H2; i++) {
            final float h2_y_cofire_mean2_i = h2_y_cofire_mean2[i];
            final float[] h2_y_cofire_i = h2_y_cofire[i];
            for (int j = 0; j < Y; j++) {
                // cofire.rule:9: cofire = mean(abs(clip(post.u, -c, c)) over batch, space) * mean(abs(pre.r) over batc…
                h2_y_cofire_i[j] = h2_y_cofire_mean[j] * h2_y_cofire_mean2_i;
            }
        }
    }

    private void reduce_h2_y_p_sum(Slots arrays, Clocks now) {
        final float[][] h2_y_cofire = (float[][]) arrays.at(31);
        final float[] h2_y_p_sum = (float[]) arrays.at(54);
        double total = 0.0;
        for (int i = 0; i < H2; i++) {
            final float[] h2_y_cofire_i = h2_y_cofire[i];
            total += Reductions.sum(h2_y_cofire_i, Y);
        }
        // cofire.rule:10: h2->y.p.sum = sum[h2, y](h2->y.cofire)
        h2_y_p_sum[0] = (float) total;
    }

    private void update_h2_y_p(Slots arrays, Clocks now) {
        final float[][] h2_y_cofire = (float[][]) arrays.at(31);
        final float h2_y_p_sum = ((float[]) arrays.at(54))[0];
        final float factor = h2_y_p_sum + 1.0E-8f;
        final float[][] h2_y_p = (float[][]) arrays.at(32);
        for (int i = 0; i < H2; i++) {
            final float[] h2_y_cofire_i = h2_y_cofire[i];
            final float[] h2_y_p_i = h2_y_p[i];
            for (int j = 0; j < Y; j++) {
                // cofire.rule:10: p = cofire / (sum(cofire over pre, post) / size(kernel) + eps)
                h2_y_p_i[j] = h2_y_cofire_i[j] / factor;
            }
        }
    }

    private void reduce_h2_y_dw_argmax(Slots arrays, Clocks now) {
        final float[][] h2_y_p = (float[][]) arrays.at(32);
        final float[] h2_y_dw_argmax = (float[]) arrays.at(55);
        for (int i = 0; i < Y; i++) {
            float largest = Float.NEGATIVE_INFINITY;
            int winner = 0;
            for (int j = 0; j < H2; j++) {
                final float candidate = h2_y_p[j][i];
                if (candidate > largest) {
                    largest = candidate;
                    winner = j;
                }
            }
            // cofire.rule:11: h2->y.dw.argmax = argmax[h2](h2->y.p)
            h2_y_dw_argmax[i] = (float) winner;
        }
    }

    private void update_h2_y_dw(Slots arrays, Clocks now) {
        final float[][] h2_y_p = (float[][]) arrays.at(32);
        final float[] h2_y_dw_argmax = (float[]) arrays.at(55);
        final float[][] h2_y_w = (float[][]) arrays.at(5);
        for (int i = 0; i < H2; i++) {
            final float[] h2_y_p_i = h2_y_p[i];
            final float factor = (float) i;
            final float[] h2_y_w_i = h2_y_w[i];
            for (int j = 0; j < Y; j++) {
                // cofire.rule:11: dw = -gamma * lr * (p - winner(p over pre)) - kappa * (w - clip(w, -c, c))
                final float h2_y_dw = -0.001f * (h2_y_p_i[j] - (factor == h2_y_dw_argmax[j] ? 1.0f : 0.0f)) - 0.01f *
                        (h2_y_w_i[j] - Math.min(Math.max(h2_y_w_i[j], -5.0f), 5.0f));
                // optimizers.rule:6: w += eta * dw
                h2_y_w_i[j] = h2_y_w_i[j] + 0.1f * h2_y_dw;
            }
        }
    }

    private void update_h2_y_z(Slots arrays, Clocks now) {
        final float[] h2_y_cofire_mean = (float[]) arrays.at(52);
        final float[] h2_y_z = (float[]) arrays.at(34);
        for (int i = 0; i < Y; i++) {
            // cofire.rule:12: z = mean(abs(clip(post.u, -c, c)) over batch, space)
            h2_y_z[i] = h2_y_cofire_mean[i];
        }
    }

    private void reduce_y_db_mean(Slots arrays, Clocks now) {
        final float[] h2_y_z = (float[]) arrays.at(34);
        final float[] y_db_mean = (float[]) arrays.at(56);
        // cofire.rule:13: y.db.mean = mean[y](h2->y.z)
        y_db_mean[0] = Reductions.sum(h2_y_z, Y) / Y;
    }

    private void update_y_db(Slots arrays, Clocks now) {
        final float[] h2_y_z = (float[]) arrays.at(34);
        final float y_db_mean = ((float[]) arrays.at(56))[0];
        final float[] y_b = (float[]) arrays.at(2);
        for (int i = 0; i < Y; i++) {
            // cofire.rule:13: db = -gamma * lr * (z - mean(z over post))
            final float y_db = -0.001f * (h2_y_z[i] - y_db_mean);
            // optimizers.rule:6: y.b = y.b + 0.1 * y.db
            y_b[i] = y_b[i] + 0.1f * y_db;
        }
    }

    private void reduce_h2_y_entropy(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[][] h2_y_p = (float[][]) arrays.at(32);
        final float[] h2_y_entropy = (float[]) arrays.at(36);
        double total = 0.0;
        for (int i = 0; i < H2; i++) {
            final float[] h2_y_p_i = h2_y_p[i];
            for (int j = 0; j < Y; j++) {
                terms[j] = h2_y_p_i[j] * Elementary.log(h2_y_p_i[j] + 1.0E-8f);
            }
            total += Reductions.sum(terms, Y);
        }
        // cofire.rule:14: h2->y.entropy = sum[h2, y](h2->y.p * log(h2->y.p + 1.0E-8))
        h2_y_entropy[0] = (float) total;
    }

    private void update_h2_y_entropy(Slots arrays, Clocks now) {
        final float[] h2_y_entropy = (float[]) arrays.at(36);
        // cofire.rule:14: h2->y.entropy = -h2->y.entropy
        h2_y_entropy[0] = -h2_y_entropy[0];
    }

    private void reduce_h2_y_clamp_ratio(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(57);
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] h2_y_clamp_ratio = (float[]) arrays.at(37);
        double total = 0.0;
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            for (int i = 0; i < Y; i++) {
                terms[i] = 1.0f - Elementary.clearlyAbove(5.0f, Math.abs(y_u_sample[i]));
            }
            total += Reductions.sum(terms, Y);
        }
        // cofire.rule:15: h2->y.clamp_ratio = mean[lane, y](abs(y.u) >= 5)
        h2_y_clamp_ratio[0] = (float) total / (Math.max(now.lanes, 1) * Y);
    }
}
