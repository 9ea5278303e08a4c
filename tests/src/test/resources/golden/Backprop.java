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
 * The rule Backprop train:
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
 * y.u~d(loss) = sum[y](target) * exp(y.u - stop(max[y](y.u))) / sum[y](exp(y.u - stop(max[y](y.u)))) - target
 * loss = -sum[y](target * (y.u - stop(max[y](y.u)) - log(sum[y](exp(y.u - stop(max[y](y.u)))))))
 * y.u.gradient = y.u~d(loss)
 * y.error = -y.u.gradient
 * y.delta = y.error
 * h2.delta = sum[y](h2->y.w * y.delta) * (1 - tanh(h2.u) * tanh(h2.u))
 * h1.delta = sum[h2](h1->h2.w * h2.delta) * (1 - tanh(h1.u) * tanh(h1.u))
 * correct = argmax[y](y.u) == 0
 * x->h1.dw = mean[lane](x.r * h1.delta)
 * h1.db = mean[lane](h1.delta)
 * h1->h2.dw = mean[lane](h1.r * h2.delta)
 * h2.db = mean[lane](h2.delta)
 * h2->y.dw = mean[lane](h2.r * y.delta)
 * y.db = mean[lane](y.delta)
 * x->h1.w = x->h1.w + 0.1 * x->h1.dw
 * h1.b = h1.b + 0.1 * h1.db
 * h1->h2.w = h1->h2.w + 0.1 * h1->h2.dw
 * h2.b = h2.b + 0.1 * h2.db
 * h2->y.w = h2->y.w + 0.1 * h2->y.dw
 * y.b = y.b + 0.1 * y.db
 * </pre>
 */
public final class BackpropTrain implements KernelUnit {
    private final int H1;
    private final int H2;
    private final int X;
    private final int Y;

    public BackpropTrain() {
        H1 = 5;
        H2 = 4;
        X = 6;
        Y = 3;
    }

    public int size() {
        return 35;
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
                reduce_y_u_d_loss_sum(arrays, now);
                break;
            case 14:
                reduce_y_u_d_loss_max(arrays, now);
                break;
            case 15:
                update_y_u_d_loss_sum2_shared(arrays, now);
                break;
            case 16:
                reduce_y_u_d_loss_sum2(arrays, now);
                break;
            case 17:
                update_y_u_d_loss(arrays, now);
                break;
            case 18:
                reduce_loss(arrays, now);
                break;
            case 19:
                update_loss(arrays, now);
                break;
            case 20:
                multiply_h2_delta(arrays, now);
                break;
            case 21:
                update_h2_delta(arrays, now);
                break;
            case 22:
                multiply_h1_delta(arrays, now);
                break;
            case 23:
                update_h1_delta(arrays, now);
                break;
            case 24:
                reduce_correct_argmax(arrays, now);
                break;
            case 25:
                update_correct(arrays, now);
                break;
            case 26:
                reduce_h1_db(arrays, now);
                break;
            case 27:
                reduce_h2_db(arrays, now);
                break;
            case 28:
                reduce_y_db(arrays, now);
                break;
            case 29:
                multiply_x_h1_w(arrays, now);
                break;
            case 30:
                update_h1_b(arrays, now);
                break;
            case 31:
                multiply_h1_h2_w(arrays, now);
                break;
            case 32:
                update_h2_b(arrays, now);
                break;
            case 33:
                multiply_h2_y_w(arrays, now);
                break;
            case 34:
                update_y_b(arrays, now);
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

    private void reduce_y_u_d_loss_sum(Slots arrays, Clocks now) {
        final float[] target = (float[]) arrays.at(15);
        final float[] y_u_d_loss_sum = (float[]) arrays.at(30);
        // backprop-family.rule:8: y.u~d(loss).sum = sum[y](target)
        y_u_d_loss_sum[0] = Reductions.sum(target, Y);
    }

    private void reduce_y_u_d_loss_max(Slots arrays, Clocks now) {
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] y_u_d_loss_max = (float[]) arrays.at(31);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            // backprop-family.rule:8: y.u~d(loss).max = max[y](y.u)
            y_u_d_loss_max[sample] = Reductions.max(y_u_sample, Y);
        }
    }

    private void update_y_u_d_loss_sum2_shared(Slots arrays, Clocks now) {
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] y_u_d_loss_max = (float[]) arrays.at(31);
        final float[][] y_u_d_loss_sum2_shared = (float[][]) arrays.at(34);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            final float y_u_d_loss_max_sample = y_u_d_loss_max[sample];
            final float[] y_u_d_loss_sum2_shared_sample = y_u_d_loss_sum2_shared[sample];
            for (int i = 0; i < Y; i++) {
                // backprop-family.rule:8: y.u~d(loss).sum2.shared = exp(y.u - y.u~d(loss).max)
                y_u_d_loss_sum2_shared_sample[i] = Elementary.exp(y_u_sample[i] - y_u_d_loss_max_sample);
            }
        }
    }

    private void reduce_y_u_d_loss_sum2(Slots arrays, Clocks now) {
        final float[][] y_u_d_loss_sum2_shared = (float[][]) arrays.at(34);
        final float[] y_u_d_loss_sum2 = (float[]) arrays.at(32);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_d_loss_sum2_shared_sample = y_u_d_loss_sum2_shared[sample];
            // backprop-family.rule:8: y.u~d(loss).sum2 = sum[y](y.u~d(loss).sum2.shared)
            y_u_d_loss_sum2[sample] = Reductions.sum(y_u_d_loss_sum2_shared_sample, Y);
        }
    }

    private void update_y_u_d_loss(Slots arrays, Clocks now) {
        final float y_u_d_loss_sum = ((float[]) arrays.at(30))[0];
        final float[][] y_u_d_loss_sum2_shared = (float[][]) arrays.at(34);
        final float[] y_u_d_loss_sum2 = (float[]) arrays.at(32);
        final float[] target = (float[]) arrays.at(15);
        final float[][] y_delta = (float[][]) arrays.at(20);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_d_loss_sum2_shared_sample = y_u_d_loss_sum2_shared[sample];
            final float y_u_d_loss_sum2_sample = y_u_d_loss_sum2[sample];
            final float[] y_delta_sample = y_delta[sample];
            for (int i = 0; i < Y; i++) {
                // backprop-family.rule:8: y.u~d(loss) = y.u~d(loss).sum * y.u~d(loss).sum2.shared / y.u~d(loss).sum2 -…
                final float y_u_d_loss = y_u_d_loss_sum * y_u_d_loss_sum2_shared_sample[i] / y_u_d_loss_sum2_sample -
                        target[i];
                // backprop-family.rule:8: y.u.gradient = y.u~d(loss)
                final float y_u_gradient = y_u_d_loss;
                // backprop-family.rule:8: error
                final float y_error = -y_u_gradient;
                // backprop-family.rule:8: y.delta = y.error
                y_delta_sample[i] = y_error;
            }
        }
    }

    private void reduce_loss(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(35);
        final float[] target = (float[]) arrays.at(15);
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] y_u_d_loss_max = (float[]) arrays.at(31);
        final float[] y_u_d_loss_sum2 = (float[]) arrays.at(32);
        final float[] loss = (float[]) arrays.at(16);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            final float y_u_d_loss_max_sample = y_u_d_loss_max[sample];
            final float factor = Elementary.log(y_u_d_loss_sum2[sample]);
            for (int i = 0; i < Y; i++) {
                terms[i] = target[i] * (y_u_sample[i] - y_u_d_loss_max_sample - factor);
            }
            // <host network>:11: loss = sum[y](target * (y.u - y.u~d(loss).max - log(y.u~d(loss).sum2)))
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

    private void multiply_h2_delta(Slots arrays, Clocks now) {
        final Matrix y_delta = arrays.matrix(20);
        final Matrix h2_y_w = arrays.matrix(5);
        final Matrix h2_delta = arrays.matrix(21);
        // backprop-family.rule:9: h2.delta = sum[y](y.delta * h2->y.w)
        arrays.product.nt(y_delta, h2_y_w, h2_delta, now.lanes, Y, H2, 1.0f, 0.0f, Shard.WHOLE);
    }

    private void update_h2_delta(Slots arrays, Clocks now) {
        final float[][] h2_delta = (float[][]) arrays.at(21);
        final float[][] h2_r = (float[][]) arrays.at(12);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_delta_sample = h2_delta[sample];
            final float[] h2_r_sample = h2_r[sample];
            for (int i = 0; i < H2; i++) {
                // backprop-family.rule:9: h2.delta = h2.delta * (1 - h2.r * h2.r)
                h2_delta_sample[i] = h2_delta_sample[i] * (1.0f - h2_r_sample[i] * h2_r_sample[i]);
            }
        }
    }

    private void multiply_h1_delta(Slots arrays, Clocks now) {
        final Matrix h2_delta = arrays.matrix(21);
        final Matrix h1_h2_w = arrays.matrix(4);
        final Matrix h1_delta = arrays.matrix(22);
        // backprop-family.rule:9: h1.delta = sum[h2](h2.delta * h1->h2.w)
        arrays.product.nt(h2_delta, h1_h2_w, h1_delta, now.lanes, H2, H1, 1.0f, 0.0f, Shard.WHOLE);
    }

    private void update_h1_delta(Slots arrays, Clocks now) {
        final float[][] h1_delta = (float[][]) arrays.at(22);
        final float[][] h1_r = (float[][]) arrays.at(9);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_delta_sample = h1_delta[sample];
            final float[] h1_r_sample = h1_r[sample];
            for (int i = 0; i < H1; i++) {
                // backprop-family.rule:9: h1.delta = h1.delta * (1 - h1.r * h1.r)
                h1_delta_sample[i] = h1_delta_sample[i] * (1.0f - h1_r_sample[i] * h1_r_sample[i]);
            }
        }
    }

    private void reduce_correct_argmax(Slots arrays, Clocks now) {
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] correct_argmax = (float[]) arrays.at(33);
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
        final float[] correct_argmax = (float[]) arrays.at(33);
        final float[] correct = (float[]) arrays.at(28);
        for (int sample = 0; sample < now.lanes; sample++) {
            // <host network>:2: correct = correct.argmax == 0
            correct[sample] = correct_argmax[sample] == 0.0f ? 1.0f : 0.0f;
        }
    }

    private void reduce_h1_db(Slots arrays, Clocks now) {
        final float[] h1_db = (float[]) arrays.at(23);
        final float[][] h1_delta = (float[][]) arrays.at(22);
        Arrays.fill(h1_db, 0, H1, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_delta_sample = h1_delta[sample];
            for (int i = 0; i < H1; i++) {
                // backprop-family.rule:11: db = post.delta
                h1_db[i] += h1_delta_sample[i];
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H1; i++) {
            h1_db[i] *= share;
        }
    }

    private void reduce_h2_db(Slots arrays, Clocks now) {
        final float[] h2_db = (float[]) arrays.at(25);
        final float[][] h2_delta = (float[][]) arrays.at(21);
        Arrays.fill(h2_db, 0, H2, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_delta_sample = h2_delta[sample];
            for (int i = 0; i < H2; i++) {
                // backprop-family.rule:11: db = post.delta
                h2_db[i] += h2_delta_sample[i];
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H2; i++) {
            h2_db[i] *= share;
        }
    }

    private void reduce_y_db(Slots arrays, Clocks now) {
        final float[] y_db = (float[]) arrays.at(27);
        final float[][] y_delta = (float[][]) arrays.at(20);
        Arrays.fill(y_db, 0, Y, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_delta_sample = y_delta[sample];
            for (int i = 0; i < Y; i++) {
                // backprop-family.rule:11: db = post.delta
                y_db[i] += y_delta_sample[i];
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < Y; i++) {
            y_db[i] *= share;
        }
    }

    private void multiply_x_h1_w(Slots arrays, Clocks now) {
        final Matrix x_r = arrays.matrix(6);
        final Matrix h1_delta = arrays.matrix(22);
        final Matrix x_h1_w = arrays.matrix(3);
        // optimizers.rule:6: w += eta * dw
        arrays.product.tn(x_r, h1_delta, x_h1_w, X, now.lanes, H1, 0.1f * (1.0f / Math.max((float) now.lanes, 1.0f)),
                1.0f, Shard.WHOLE);
    }

    private void update_h1_b(Slots arrays, Clocks now) {
        final float[] h1_b = (float[]) arrays.at(0);
        final float[] h1_db = (float[]) arrays.at(23);
        for (int i = 0; i < H1; i++) {
            // optimizers.rule:6: h1.b = h1.b + 0.1 * h1.db
            h1_b[i] = h1_b[i] + 0.1f * h1_db[i];
        }
    }

    private void multiply_h1_h2_w(Slots arrays, Clocks now) {
        final Matrix h1_r = arrays.matrix(9);
        final Matrix h2_delta = arrays.matrix(21);
        final Matrix h1_h2_w = arrays.matrix(4);
        // optimizers.rule:6: w += eta * dw
        arrays.product.tn(h1_r, h2_delta, h1_h2_w, H1, now.lanes, H2, 0.1f *
                (1.0f / Math.max((float) now.lanes, 1.0f)), 1.0f, Shard.WHOLE);
    }

    private void update_h2_b(Slots arrays, Clocks now) {
        final float[] h2_b = (float[]) arrays.at(1);
        final float[] h2_db = (float[]) arrays.at(25);
        for (int i = 0; i < H2; i++) {
            // optimizers.rule:6: h2.b = h2.b + 0.1 * h2.db
            h2_b[i] = h2_b[i] + 0.1f * h2_db[i];
        }
    }

    private void multiply_h2_y_w(Slots arrays, Clocks now) {
        final Matrix h2_r = arrays.matrix(12);
        final Matrix y_delta = arrays.matrix(20);
        final Matrix h2_y_w = arrays.matrix(5);
        // optimizers.rule:6: w += eta * dw
        arrays.product.tn(h2_r, y_delta, h2_y_w, H2, now.lanes, Y, 0.1f * (1.0f / Math.max((float) now.lanes, 1.0f)),
                1.0f, Shard.WHOLE);
    }

    private void update_y_b(Slots arrays, Clocks now) {
        final float[] y_b = (float[]) arrays.at(2);
        final float[] y_db = (float[]) arrays.at(27);
        for (int i = 0; i < Y; i++) {
            // optimizers.rule:6: y.b = y.b + 0.1 * y.db
            y_b[i] = y_b[i] + 0.1f * y_db[i];
        }
    }
}
