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
 * The rule SoftHebb train:
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
 * x->h1.y = exp(4 * h1.u - stop(max[h1](4 * h1.u))) / sum[h1](exp(4 * h1.u - stop(max[h1](4 * h1.u))))
 * x->h1.dw = mean[lane](x->h1.y * (x.r - h1.u * x->h1.w))
 * h1->h2.y = exp(4 * h2.u - stop(max[h2](4 * h2.u))) / sum[h2](exp(4 * h2.u - stop(max[h2](4 * h2.u))))
 * h1->h2.dw = mean[lane](h1->h2.y * (h1.r - h2.u * h1->h2.w))
 * h2->y.y = exp(4 * y.u - stop(max[y](4 * y.u))) / sum[y](exp(4 * y.u - stop(max[y](4 * y.u))))
 * h2->y.dw = mean[lane](h2->y.y * (h2.r - y.u * h2->y.w))
 * x->h1.w = x->h1.w + 0.1 * x->h1.dw
 * h1->h2.w = h1->h2.w + 0.1 * h1->h2.dw
 * h2->y.w = h2->y.w + 0.1 * h2->y.dw
 * </pre>
 */
public final class SoftHebbTrain implements KernelUnit {
    private final int H1;
    private final int H2;
    private final int X;
    private final int Y;

    public SoftHebbTrain() {
        H1 = 5;
        H2 = 4;
        X = 6;
        Y = 3;
    }

    public int size() {
        return 40;
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
                reduce_x_h1_y_max(arrays, now);
                break;
            case 20:
                update_x_h1_y_sum_shared(arrays, now);
                break;
            case 21:
                reduce_x_h1_y_sum(arrays, now);
                break;
            case 22:
                update_x_h1_y(arrays, now);
                break;
            case 23:
                reduce_h1_h2_y_max(arrays, now);
                break;
            case 24:
                update_h1_h2_y_sum_shared(arrays, now);
                break;
            case 25:
                reduce_h1_h2_y_sum(arrays, now);
                break;
            case 26:
                update_h1_h2_y(arrays, now);
                break;
            case 27:
                reduce_h2_y_y_max(arrays, now);
                break;
            case 28:
                update_h2_y_y_sum_shared(arrays, now);
                break;
            case 29:
                reduce_h2_y_y_sum(arrays, now);
                break;
            case 30:
                update_h2_y_y(arrays, now);
                break;
            case 31:
                reduce_x_h1_w_mean(arrays, now);
                break;
            case 32:
                update_x_h1_w(arrays, now);
                break;
            case 33:
                multiply_x_h1_w(arrays, now);
                break;
            case 34:
                reduce_h1_h2_w_mean(arrays, now);
                break;
            case 35:
                update_h1_h2_w(arrays, now);
                break;
            case 36:
                multiply_h1_h2_w(arrays, now);
                break;
            case 37:
                reduce_h2_y_w_mean(arrays, now);
                break;
            case 38:
                update_h2_y_w(arrays, now);
                break;
            case 39:
                multiply_h2_y_w(arrays, now);
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
        final float[] loss_max = (float[]) arrays.at(24);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            // <host network>:11: loss.max = max[y](y.u)
            loss_max[sample] = Reductions.max(y_u_sample, Y);
        }
    }

    private void reduce_loss_sum(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(39);
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] loss_max = (float[]) arrays.at(24);
        final float[] loss_sum = (float[]) arrays.at(25);
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
        final float[] terms = (float[]) arrays.at(39);
        final float[] target = (float[]) arrays.at(15);
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] loss_max = (float[]) arrays.at(24);
        final float[] loss_sum = (float[]) arrays.at(25);
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
        final float[] correct_argmax = (float[]) arrays.at(26);
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
        final float[] correct_argmax = (float[]) arrays.at(26);
        final float[] correct = (float[]) arrays.at(23);
        for (int sample = 0; sample < now.lanes; sample++) {
            // <host network>:2: correct = correct.argmax == 0
            correct[sample] = correct_argmax[sample] == 0.0f ? 1.0f : 0.0f;
        }
    }

    private void reduce_x_h1_y_max(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(39);
        final float[][] h1_u = (float[][]) arrays.at(8);
        final float[] x_h1_y_max = (float[]) arrays.at(27);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_u_sample = h1_u[sample];
            for (int i = 0; i < H1; i++) {
                terms[i] = 4.0f * h1_u_sample[i];
            }
            // softhebb.rule:7: x->h1.y.max = max[h1](4 * h1.u)
            x_h1_y_max[sample] = Reductions.max(terms, H1);
        }
    }

    private void update_x_h1_y_sum_shared(Slots arrays, Clocks now) {
        final float[][] h1_u = (float[][]) arrays.at(8);
        final float[] x_h1_y_max = (float[]) arrays.at(27);
        final float[][] x_h1_y_sum_shared = (float[][]) arrays.at(36);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_u_sample = h1_u[sample];
            final float x_h1_y_max_sample = x_h1_y_max[sample];
            final float[] x_h1_y_sum_shared_sample = x_h1_y_sum_shared[sample];
            for (int i = 0; i < H1; i++) {
                // softhebb.rule:7: x->h1.y.sum.shared = exp(4 * h1.u - x->h1.y.max)
                x_h1_y_sum_shared_sample[i] = Elementary.exp(4.0f * h1_u_sample[i] - x_h1_y_max_sample);
            }
        }
    }

    private void reduce_x_h1_y_sum(Slots arrays, Clocks now) {
        final float[][] x_h1_y_sum_shared = (float[][]) arrays.at(36);
        final float[] x_h1_y_sum = (float[]) arrays.at(28);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] x_h1_y_sum_shared_sample = x_h1_y_sum_shared[sample];
            // softhebb.rule:7: x->h1.y.sum = sum[h1](x->h1.y.sum.shared)
            x_h1_y_sum[sample] = Reductions.sum(x_h1_y_sum_shared_sample, H1);
        }
    }

    private void update_x_h1_y(Slots arrays, Clocks now) {
        final float[][] x_h1_y_sum_shared = (float[][]) arrays.at(36);
        final float[] x_h1_y_sum = (float[]) arrays.at(28);
        final float[][] x_h1_y = (float[][]) arrays.at(18);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] x_h1_y_sum_shared_sample = x_h1_y_sum_shared[sample];
            final float x_h1_y_sum_sample = x_h1_y_sum[sample];
            final float[] x_h1_y_sample = x_h1_y[sample];
            for (int i = 0; i < H1; i++) {
                // softhebb.rule:7: y = softmax(beta * post.u over post)
                x_h1_y_sample[i] = x_h1_y_sum_shared_sample[i] / x_h1_y_sum_sample;
            }
        }
    }

    private void reduce_h1_h2_y_max(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(39);
        final float[][] h2_u = (float[][]) arrays.at(11);
        final float[] h1_h2_y_max = (float[]) arrays.at(29);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_u_sample = h2_u[sample];
            for (int i = 0; i < H2; i++) {
                terms[i] = 4.0f * h2_u_sample[i];
            }
            // softhebb.rule:7: h1->h2.y.max = max[h2](4 * h2.u)
            h1_h2_y_max[sample] = Reductions.max(terms, H2);
        }
    }

    private void update_h1_h2_y_sum_shared(Slots arrays, Clocks now) {
        final float[][] h2_u = (float[][]) arrays.at(11);
        final float[] h1_h2_y_max = (float[]) arrays.at(29);
        final float[][] h1_h2_y_sum_shared = (float[][]) arrays.at(37);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_u_sample = h2_u[sample];
            final float h1_h2_y_max_sample = h1_h2_y_max[sample];
            final float[] h1_h2_y_sum_shared_sample = h1_h2_y_sum_shared[sample];
            for (int i = 0; i < H2; i++) {
                // softhebb.rule:7: h1->h2.y.sum.shared = exp(4 * h2.u - h1->h2.y.max)
                h1_h2_y_sum_shared_sample[i] = Elementary.exp(4.0f * h2_u_sample[i] - h1_h2_y_max_sample);
            }
        }
    }

    private void reduce_h1_h2_y_sum(Slots arrays, Clocks now) {
        final float[][] h1_h2_y_sum_shared = (float[][]) arrays.at(37);
        final float[] h1_h2_y_sum = (float[]) arrays.at(30);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_h2_y_sum_shared_sample = h1_h2_y_sum_shared[sample];
            // softhebb.rule:7: h1->h2.y.sum = sum[h2](h1->h2.y.sum.shared)
            h1_h2_y_sum[sample] = Reductions.sum(h1_h2_y_sum_shared_sample, H2);
        }
    }

    private void update_h1_h2_y(Slots arrays, Clocks now) {
        final float[][] h1_h2_y_sum_shared = (float[][]) arrays.at(37);
        final float[] h1_h2_y_sum = (float[]) arrays.at(30);
        final float[][] h1_h2_y = (float[][]) arrays.at(20);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_h2_y_sum_shared_sample = h1_h2_y_sum_shared[sample];
            final float h1_h2_y_sum_sample = h1_h2_y_sum[sample];
            final float[] h1_h2_y_sample = h1_h2_y[sample];
            for (int i = 0; i < H2; i++) {
                // softhebb.rule:7: y = softmax(beta * post.u over post)
                h1_h2_y_sample[i] = h1_h2_y_sum_shared_sample[i] / h1_h2_y_sum_sample;
            }
        }
    }

    private void reduce_h2_y_y_max(Slots arrays, Clocks now) {
        final float[] terms = (float[]) arrays.at(39);
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] h2_y_y_max = (float[]) arrays.at(31);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            for (int i = 0; i < Y; i++) {
                terms[i] = 4.0f * y_u_sample[i];
            }
            // softhebb.rule:7: h2->y.y.max = max[y](4 * y.u)
            h2_y_y_max[sample] = Reductions.max(terms, Y);
        }
    }

    private void update_h2_y_y_sum_shared(Slots arrays, Clocks now) {
        final float[][] y_u = (float[][]) arrays.at(14);
        final float[] h2_y_y_max = (float[]) arrays.at(31);
        final float[][] h2_y_y_sum_shared = (float[][]) arrays.at(38);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] y_u_sample = y_u[sample];
            final float h2_y_y_max_sample = h2_y_y_max[sample];
            final float[] h2_y_y_sum_shared_sample = h2_y_y_sum_shared[sample];
            for (int i = 0; i < Y; i++) {
                // softhebb.rule:7: h2->y.y.sum.shared = exp(4 * y.u - h2->y.y.max)
                h2_y_y_sum_shared_sample[i] = Elementary.exp(4.0f * y_u_sample[i] - h2_y_y_max_sample);
            }
        }
    }

    private void reduce_h2_y_y_sum(Slots arrays, Clocks now) {
        final float[][] h2_y_y_sum_shared = (float[][]) arrays.at(38);
        final float[] h2_y_y_sum = (float[]) arrays.at(32);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_y_y_sum_shared_sample = h2_y_y_sum_shared[sample];
            // softhebb.rule:7: h2->y.y.sum = sum[y](h2->y.y.sum.shared)
            h2_y_y_sum[sample] = Reductions.sum(h2_y_y_sum_shared_sample, Y);
        }
    }

    private void update_h2_y_y(Slots arrays, Clocks now) {
        final float[][] h2_y_y_sum_shared = (float[][]) arrays.at(38);
        final float[] h2_y_y_sum = (float[]) arrays.at(32);
        final float[][] h2_y_y = (float[][]) arrays.at(22);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_y_y_sum_shared_sample = h2_y_y_sum_shared[sample];
            final float h2_y_y_sum_sample = h2_y_y_sum[sample];
            final float[] h2_y_y_sample = h2_y_y[sample];
            for (int i = 0; i < Y; i++) {
                // softhebb.rule:7: y = softmax(beta * post.u over post)
                h2_y_y_sample[i] = h2_y_y_sum_shared_sample[i] / h2_y_y_sum_sample;
            }
        }
    }

    private void reduce_x_h1_w_mean(Slots arrays, Clocks now) {
        final float[] x_h1_w_mean = (float[]) arrays.at(33);
        final float[][] x_h1_y = (float[][]) arrays.at(18);
        final float[][] h1_u = (float[][]) arrays.at(8);
        Arrays.fill(x_h1_w_mean, 0, H1, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] x_h1_y_sample = x_h1_y[sample];
            final float[] h1_u_sample = h1_u[sample];
            for (int i = 0; i < H1; i++) {
                // optimizers.rule:6: x->h1.w.mean = mean[lane](x->h1.y * h1.u)
                x_h1_w_mean[i] += x_h1_y_sample[i] * h1_u_sample[i];
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H1; i++) {
            x_h1_w_mean[i] *= share;
        }
    }

    private void update_x_h1_w(Slots arrays, Clocks now) {
        final float[][] x_h1_w = (float[][]) arrays.at(3);
        final float[] x_h1_w_mean = (float[]) arrays.at(33);
        for (int i = 0; i < X; i++) {
            final float[] x_h1_w_i = x_h1_w[i];
            for (int j = 0; j < H1; j++) {
                // optimizers.rule:6: w += eta * dw
                x_h1_w_i[j] = x_h1_w_i[j] - 0.1f * x_h1_w_mean[j] * x_h1_w_i[j];
            }
        }
    }

    private void multiply_x_h1_w(Slots arrays, Clocks now) {
        final Matrix x_r = arrays.matrix(6);
        final Matrix x_h1_y = arrays.matrix(18);
        final Matrix x_h1_w = arrays.matrix(3);
        // optimizers.rule:6: w += eta * dw
        arrays.product.tn(x_r, x_h1_y, x_h1_w, X, now.lanes, H1, 0.1f * (1.0f / Math.max((float) now.lanes, 1.0f)),
                1.0f, Shard.WHOLE);
    }

    private void reduce_h1_h2_w_mean(Slots arrays, Clocks now) {
        final float[] h1_h2_w_mean = (float[]) arrays.at(34);
        final float[][] h1_h2_y = (float[][]) arrays.at(20);
        final float[][] h2_u = (float[][]) arrays.at(11);
        Arrays.fill(h1_h2_w_mean, 0, H2, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h1_h2_y_sample = h1_h2_y[sample];
            final float[] h2_u_sample = h2_u[sample];
            for (int i = 0; i < H2; i++) {
                // optimizers.rule:6: h1->h2.w.mean = mean[lane](h1->h2.y * h2.u)
                h1_h2_w_mean[i] += h1_h2_y_sample[i] * h2_u_sample[i];
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < H2; i++) {
            h1_h2_w_mean[i] *= share;
        }
    }

    private void update_h1_h2_w(Slots arrays, Clocks now) {
        final float[][] h1_h2_w = (float[][]) arrays.at(4);
        final float[] h1_h2_w_mean = (float[]) arrays.at(34);
        for (int i = 0; i < H1; i++) {
            final float[] h1_h2_w_i = h1_h2_w[i];
            for (int j = 0; j < H2; j++) {
                // optimizers.rule:6: w += eta * dw
                h1_h2_w_i[j] = h1_h2_w_i[j] - 0.1f * h1_h2_w_mean[j] * h1_h2_w_i[j];
            }
        }
    }

    private void multiply_h1_h2_w(Slots arrays, Clocks now) {
        final Matrix h1_r = arrays.matrix(9);
        final Matrix h1_h2_y = arrays.matrix(20);
        final Matrix h1_h2_w = arrays.matrix(4);
        // optimizers.rule:6: w += eta * dw
        arrays.product.tn(h1_r, h1_h2_y, h1_h2_w, H1, now.lanes, H2, 0.1f * (1.0f / Math.max((float) now.lanes, 1.0f)),
                1.0f, Shard.WHOLE);
    }

    private void reduce_h2_y_w_mean(Slots arrays, Clocks now) {
        final float[] h2_y_w_mean = (float[]) arrays.at(35);
        final float[][] h2_y_y = (float[][]) arrays.at(22);
        final float[][] y_u = (float[][]) arrays.at(14);
        Arrays.fill(h2_y_w_mean, 0, Y, 0.0f);
        for (int sample = 0; sample < now.lanes; sample++) {
            final float[] h2_y_y_sample = h2_y_y[sample];
            final float[] y_u_sample = y_u[sample];
            for (int i = 0; i < Y; i++) {
                // optimizers.rule:6: h2->y.w.mean = mean[lane](h2->y.y * y.u)
                h2_y_w_mean[i] += h2_y_y_sample[i] * y_u_sample[i];
            }
        }
        final float share = 1.0f / Math.max(now.lanes, 1);
        for (int i = 0; i < Y; i++) {
            h2_y_w_mean[i] *= share;
        }
    }

    private void update_h2_y_w(Slots arrays, Clocks now) {
        final float[][] h2_y_w = (float[][]) arrays.at(5);
        final float[] h2_y_w_mean = (float[]) arrays.at(35);
        for (int i = 0; i < H2; i++) {
            final float[] h2_y_w_i = h2_y_w[i];
            for (int j = 0; j < Y; j++) {
                // optimizers.rule:6: w += eta * dw
                h2_y_w_i[j] = h2_y_w_i[j] - 0.1f * h2_y_w_mean[j] * h2_y_w_i[j];
            }
        }
    }

    private void multiply_h2_y_w(Slots arrays, Clocks now) {
        final Matrix h2_r = arrays.matrix(12);
        final Matrix h2_y_y = arrays.matrix(22);
        final Matrix h2_y_w = arrays.matrix(5);
        // optimizers.rule:6: w += eta * dw
        arrays.product.tn(h2_r, h2_y_y, h2_y_w, H2, now.lanes, Y, 0.1f * (1.0f / Math.max((float) now.lanes, 1.0f)),
                1.0f, Shard.WHOLE);
    }
}
