package dev.agentos.memory.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class VectorTest {
    @Test
    void bytes_areLittleEndian() {
        assertThat(Vector.bytes(new float[] {1, -2})).containsExactly(0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0);
    }

    @Test
    void signBytes_haveABitForEachPositiveNumber_inWholeWords() {
        var numbers = new float[65];
        numbers[0] = 1;
        numbers[9] = 0.5f;
        numbers[10] = -0.5f;
        numbers[64] = 3;

        assertThat(Vector.signBytes(numbers)).containsExactly(1, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void normalised_leavesZeros_andStandsLargeAndSmallNumbers() {
        assertThat(Vector.normalised(new float[] {0, 0})).containsExactly(0, 0);
        assertThat(Vector.normalised(new float[] {3e38f, 3e38f})).containsExactly(0.70710677f, 0.70710677f);
        assertThat(Vector.normalised(new float[] {0, -1e-40f})).containsExactly(0, -1);
    }

    @Property
    void bytes_comeBack(@ForAll @Size(max = 200) float[] numbers) {
        assertThat(Vector.values(Vector.bytes(numbers))).containsExactly(numbers);
        assertThat(Vector.signs(Vector.signBytes(numbers))).containsExactly(Vector.signs(numbers));
    }

    @Property
    void product_isTheCosine_ofVectorsOfLengthOne(@ForAll long seed, @ForAll @Size(max = 9) byte[] sized) {
        var random = new Random(seed);
        float[] a = random(random, 1 + sized.length * 7);
        float[] b = random(random, a.length);
        double cosine = 0;
        for (int i = 0; i < a.length; i++) {
            cosine += (double) a[i] * b[i];
        }
        var array = new float[3 + a.length];
        System.arraycopy(b, 0, array, 3, b.length);

        assertThat((double) Vector.product(a, array, 3)).isCloseTo(cosine, Offset.offset(1e-5));
    }

    @Property
    void signProduct_addsEachNumber_withTheSignOfTheOther(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int size) {
        var random = new Random(seed);
        float[] a = random(random, size);
        float[] b = random(random, size);
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += b[i] > 0 ? a[i] : -a[i];
        }
        var signs = new long[2 + Vector.words(size)];
        System.arraycopy(Vector.signs(b), 0, signs, 2, Vector.words(size));

        assertThat((double) new SignProduct(a).with(signs, 2)).isCloseTo(sum, Offset.offset(1e-4));
    }

    static float[] random(Random random, int dimensions) {
        var numbers = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Vector.normalised(numbers);
    }
}
