#include "Dispatch.h"
#include "include/CKernels.h"

FOR_EACH_INSTRUCTION_SET
void espalier_adam(EspalierAdam s, const float *restrict gradient, float *restrict weight,
                   float *restrict moment1, float *restrict moment2, size_t count) {
  // As PyTorch rounds it: w -= (lr / (1 - b1^t)) m / (sqrt(v) / sqrt(1 - b2^t) + eps)
  float step = s.learning_rate * s.correction1;
  float root = SQUARE_ROOT(s.correction2);
  float keep = 1 - s.learning_rate * s.decoupled_decay;
  for (size_t i = 0; i < count; i++) {
    float w = weight[i] * keep;
    float g = gradient[i] + s.coupled_decay * w;
    float m = s.beta1 * moment1[i] + (1 - s.beta1) * g;
    float v = s.beta2 * moment2[i] + (1 - s.beta2) * g * g;
    moment1[i] = m;
    moment2[i] = v;
    weight[i] = w - step * m / (SQUARE_ROOT(v) * root + s.epsilon);
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_adam_by_column(EspalierAdam s, const float *restrict corrections1,
                             const float *restrict corrections2, const float *restrict gradient,
                             float *restrict weight, float *restrict moment1,
                             float *restrict moment2, size_t rows, size_t columns) {
  float keep = 1 - s.learning_rate * s.decoupled_decay;
  for (size_t r = 0; r < rows; r++) {
    size_t start = r * columns;
    for (size_t c = 0; c < columns; c++) {
      size_t i = start + c;
      float w = weight[i] * keep;
      float g = gradient[i] + s.coupled_decay * w;
      float m = s.beta1 * moment1[i] + (1 - s.beta1) * g;
      float v = s.beta2 * moment2[i] + (1 - s.beta2) * g * g;
      moment1[i] = m;
      moment2[i] = v;
      weight[i] = w - s.learning_rate * corrections1[c] * m /
                          (SQUARE_ROOT(v * corrections2[c]) + s.epsilon);
    }
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_adam_by_age(EspalierAdam s, const float *restrict corrections1,
                          const float *restrict corrections2, uint16_t limit,
                          uint16_t *restrict ages, const float *restrict gradient,
                          float *restrict weight, float *restrict moment1,
                          float *restrict moment2, size_t count) {
  float keep = 1 - s.learning_rate * s.decoupled_decay;
  for (size_t i = 0; i < count; i++) {
    uint16_t age = ages[i] < limit ? ages[i] + 1 : limit;
    ages[i] = age;
    float w = weight[i] * keep;
    float g = gradient[i] + s.coupled_decay * w;
    float m = s.beta1 * moment1[i] + (1 - s.beta1) * g;
    float v = s.beta2 * moment2[i] + (1 - s.beta2) * g * g;
    moment1[i] = m;
    moment2[i] = v;
    weight[i] = w - s.learning_rate * corrections1[age] * m /
                        (SQUARE_ROOT(v * corrections2[age]) + s.epsilon);
  }
}

FOR_EACH_INSTRUCTION_SET
void espalier_sgd(float learning_rate, float momentum, float decay, int nesterov,
                  const float *restrict gradient, float *restrict weight,
                  float *restrict velocity, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float g = gradient[i] + decay * weight[i];
    float v = momentum * velocity[i] + g;
    velocity[i] = v;
    weight[i] -= learning_rate * (nesterov ? g + momentum * v : v);
  }
}
